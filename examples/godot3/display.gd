# A big screen for a relay room of Tickbox: the server passes messages on, the game below runs here. Everybody else in
# the room holds a controller, such as a phone. Who presses JUMP ten times first wins. Messages: docs/protocol.md.
extends Node2D

export var server = "ws://127.0.0.1:8765/ws" # or the argument --server=URL
export var room = "" # a room's code, or --room=CODE; empty: makes one

enum { WAITING, COUNTDOWN, PLAYING, RESULTS } # phases
const SECONDS = [0, 3, 0, 6] # how long each lasts; 0: until something happens
const PLAYS = 16 # flags of a standing
const WON = 64
const GOAL = 10
const NEEDED = 2 # players
const COLORS = ["4c8dff", "f25757", "3fbf6f", "f2c94c", "a970ff", "f2994a", "2fc4b2", "f279b2", "a6d93b", "b07d56", "e8ecf2", "9aa4b2"]

var socket = WebSocketClient.new()
var token = "" # brings us back to our seat after a lost connection; never show it
var me = 0
var members = {} # by id: name, color, kind
var boxes = {} # by id: where the box of a member stands that has one
var arena = {"width": 20480, "height": 11520, "box": 512} # the message map brings the real one, in 1/16 unit
var joined = false # to be a display, and not just to make the room
var phase = WAITING
var ends = 0.0 # seconds left of this phase, if it ends by itself
var jumps = {} # by id: of those who play this match
var result = ""
var changed = false # since the last report

func _ready():
	for argument in OS.get_cmdline_args():
		if argument.begins_with("--server="):
			server = argument.substr(9)
		if argument.begins_with("--room="):
			room = argument.substr(7)
	for event in ["connection_established", "data_received", "connection_error", "connection_closed"]:
		socket.connect(event, self, "_" + event)
	repeat("keep_alive", 1.0)
	repeat("report", 0.1) # the server takes at most 60 messages a second, so changes are told together
	dial()

func repeat(method, seconds):
	var timer = Timer.new()
	timer.wait_time = seconds
	timer.autostart = true
	timer.connect("timeout", self, method)
	add_child(timer)

func _process(delta):
	socket.poll()
	ends -= delta
	if SECONDS[phase] > 0 and ends <= 0:
		enter(PLAYING if phase == COUNTDOWN else WAITING)
	if phase == WAITING and joined and players().size() >= NEEDED:
		enter(COUNTDOWN)
	update() # draws anew

# --- the wire: one JSON object a message ---

func dial():
	if socket.connect_to_url(server, ["tickbox.json"]) != OK:
		_connection_error()

func _connection_error():
	print("nobody answers at ", server)
	yield(get_tree().create_timer(1.0), "timeout")
	dial()

func _connection_closed(_clean):
	joined = false
	yield(get_tree().create_timer(0.5), "timeout")
	dial()

func _connection_established(_protocol):
	socket.get_peer(1).set_write_mode(WebSocketPeer.WRITE_MODE_TEXT)
	tell({"message": "hello", "kind": "display", "room": room, "name": "Godot", "token": token})

func tell(message):
	socket.get_peer(1).put_packet(JSON.print(message).to_utf8())

func keep_alive():
	if me > 0 and socket.get_connection_status() == NetworkedMultiplayerPeer.CONNECTION_CONNECTED:
		tell({"message": "ping"})

func _data_received():
	var news = JSON.parse(socket.get_peer(1).get_packet().get_string_from_utf8()).result
	match news.message:
		"welcome":
			me = int(news.id)
			if room == "":
				tell({"message": "create", "relay": 1, "public": 1, "name": "Godot"})
			else:
				welcomed(news)
		"created": # what was made waits for us on a connection of its own
			room = news.code
			tell({"message": "leave"})
		"map":
			arena = news
		"roster":
			for who in news.joined:
				members[int(who.id)] = who
				if joined:
					print("member ", int(who.id), " ", who.kind, " ", who.name)
			for who in news.left:
				members.erase(int(who.id))
				boxes.erase(int(who.id))
				jumps.erase(int(who.id))
		"positions":
			boxes.clear()
			for box in news.boxes:
				boxes[int(box.id)] = Rect2(box.x, box.y, arena.box, arena.box)
		"relayed": # what a controller sent: a button's name after + when pressed, after - when released
			print("relayed ", int(news.from), " ", news.data)
			if news.data == "+jump":
				jump(int(news.from))
		"notice":
			print("notice ", news)
		"refused", "goodbye":
			print(news.message, " ", news)
			if news.message == "refused" or int(news.code) in [17, 18]: # another took our seat, or sent us away
				get_tree().quit()

func welcomed(news):
	token = news.token
	joined = true
	members.clear() # the roster follows
	changed = true
	print("room ", news.room, " resumed ", int(news.resumed))

# --- the game ---

func players():
	var ids = []
	for id in members:
		if members[id].kind != "display":
			ids.append(id)
	return ids

func enter(next):
	phase = next
	ends = SECONDS[phase]
	changed = true
	if phase == COUNTDOWN:
		result = ""
		jumps.clear()
	if phase == PLAYING:
		for id in players():
			jumps[id] = 0
	print("phase ", ["waiting", "countdown", "playing", "results"][phase])

func jump(id):
	if phase != PLAYING or not jumps.has(id):
		return
	jumps[id] += 1
	changed = true
	if jumps[id] == GOAL:
		result = members[id].name + " is on top"
		print("result ", result)
		enter(RESULTS)

# The server shows it to everybody in the room as it would show a game of its own.
func report():
	if not joined or not changed:
		return
	changed = false
	var standings = []
	for id in jumps:
		var won = phase == RESULTS and jumps[id] == GOAL
		standings.append({"id": id, "flags": PLAYS + (WON if won else 0), "role": 1 if won else 0, "score": jumps[id]})
	tell({"message": "report", "phase": phase, "result": result, "standings": standings,
			"roles": [{"name": "climber", "color": 12}, {"name": "summiteer", "color": 3}],
			"buttons": [{"name": "jump", "words": "JUMP"}]})

# --- the picture: those who have boxes walk about, those who play climb ---

func _draw():
	var window = get_viewport_rect().size
	var scale = min(window.x / arena.width, window.y / arena.height)
	for id in boxes:
		if members.has(id):
			paint(Rect2(boxes[id].position * scale, boxes[id].size * scale), id)
	var column = 0
	for id in jumps:
		column += 1
		var at = Vector2(window.x * column / (jumps.size() + 1), window.y - 60 - (window.y - 160) * jumps[id] / GOAL)
		paint(Rect2(at, Vector2(40, 40)), id)
	$Words.text = "Room %s   %s %s" % [room, ["Waiting for players", "Get ready", "Jump!", ""][phase], result]

func paint(box, id):
	draw_rect(box, Color(COLORS[int(members[id].color)]))
	draw_string($Words.get_font("font"), box.position - Vector2(0, 6), members[id].name)
