/* The font, inside the program: font_start up to font_end. */
        .section .rodata
        .global font_start
        .global font_end
        .balign 16
font_start:
        .incbin FONT_FILE
font_end:
        .byte 0
        .section .note.GNU-stack,"",%progbits
