"""The patch that `liveart new` writes: every key that a patch can have, each explained where it stands.

A line that begins with `#` and no space after it is a setting that is switched off: without the `#` it works.
"""

from __future__ import annotations

import json

from liveart.show.patch import FORMAT, FORMAT_VERSION


def new_patch(name: str) -> str:
    """Return the text of a commented patch called `name`."""
    # A JSON string is a TOML string too.
    return _TEXT.replace("@name@", json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f"))


_TEXT = f"""\
# A liveart patch: a whole show in one file. Play it with `liveart play`, list its addresses with `liveart osc`.
# A line that begins with # and no space is a setting that is switched off: take the # away to use it.

format = "{FORMAT}"
format_version = {FORMAT_VERSION}
name = @name@
seed = 1                    # what is drawn by chance is drawn from this: the same seed, the same show
device = "auto"             # where picture models run: auto, cpu, cuda, mps

[clock]
tempo = 96                  # beats a minute, 20 to 300; live at /liveart/clock/tempo
bar = 4                     # beats in a bar, for cues that wait for one
#follow = "midi:nano"        # follow a clock: "midi:NAME" of a [midi.NAME] below, or "link"
nudge = 0                   # milliseconds by which the show is later than what it follows; below 0: earlier
lead = false                # with link: true gives a tempo that you set to all peers
transport = false           # with link: true begins the beat anew when a peer presses play

[picture]
size = [512, 512]           # width and height in pixels, 16 to 8192
fps = 60                    # frames a second, 1 to 240
fit = "cover"               # a model of another shape: cover (crop), contain (black bars), stretch

[sound]
rate = 48000                # samples a second
block = 512                 # samples made at once: smaller answers sooner, larger is safer
gain = -3                   # dB, -60 (silence) to 6; live at /liveart/sound/gain
device = "auto"             # the system's own choice if there is one; none; or part of a name from `liveart devices`

[osc]
host = "127.0.0.1"          # this machine only; "0.0.0.0" opens the port to the whole network
port = 9000                 # UDP; 0 takes any free one
ignore_time_tags = false    # true: bundles act at once, for senders whose clock is wrong

[panel]
host = "127.0.0.1"          # "0.0.0.0" opens the panel to the network: it then asks for a token
port = 8321
token = ""                  # the word it asks for; "" makes a new one at each start and prints it

# ---- Controllers: each by a part of its port's name (`liveart devices`). No other port is ever opened.

#[midi.nano]
#input = "nanoKONTROL2"
#output = "nanoKONTROL2"     # where its LEDs, rings and motors are told the state; "" for none
#motor = false               # true: its faders move by themselves
#mpe = false                 # true: a keyboard that gives each note a channel of its own

# What its controls move. Learn them in the panel (key L), or in the terminal (key l); they are written here.
#[[bindings]]
#device = "nano"             # a name from above, "keys" for a keyboard, "osc" for foreign addresses; "" any
#control = "cc 21"           # cc, cc14, nrpn, note, bend, pressure, program, "key n", "/fader/1", "notes" for all keys
#channel = 0                 # 1 to 16; 0 any
#target = "paint/hue"        # an address; also "cue/next", "cycles/note"
#low = 0.0                   # fader positions of the target at the two ends of the control
#high = 1.0
#curve = "linear"            # linear, log, square
#takeover = "auto"           # how a knob takes over: auto, jump, pickup, scale, parallel, catch
#encoder = ""                # an endless knob's coding: twos, offset, sign
#action = "auto"             # what a button does: auto, set, toggle, trigger, hold
#feedback = true             # whether the control is told the state

# ---- Paths: how a point travels through latent space. A path named here can lead several players.

[paths.journey]
kind = "walk"               # from one new seed to the next, never back
seed = 1
speed = 0.25                # stations a beat, -4 to 4; live at /liveart/journey/speed
flow = "spline"             # spline passes the stations smoothly, rest slows down at each, arc goes straight

# The other kinds:
#[paths.round]
#kind = "loop"               # round a list of seeds, or of keyframes = [[0.1, -1.2], [0.4, 0.9]]
#seeds = [3, 14, 15, 92]
#speed = 0.125
#flow = "rest"

#[paths.circle]
#kind = "orbit"              # round one seed: radius 0 stays there, 1 goes all the way
#seed = 7
#radius = 0.6
#speed = 0.0625

#[paths.breeze]
#kind = "noise"              # a closed loop of smooth noise, home again every `period` steps
#seed = 7
#period = 8.0
#detail = 3
#speed = 0.25

#[paths.plane]
#kind = "grid"               # a plane of seeds under an XY pad: /liveart/plane/x and /y
#seed = 7
#x = 0.0
#y = 0.0
#drift = 0.0

#[paths.hands]
#kind = "keys"               # each key of a keyboard is a place: /liveart/hands/note/60; walks on when none is held
#stations = [3, 14, 15]      # what the keys from `lowest` up stand for; left out: key 60 is seed 60
#lowest = 60
#rise = 0.15                 # s to a key's place
#fall = 1.2                  # s back when it is let go
#touch = 0.5                 # how much less a soft strike pulls
#seed = 7
#flow = "spline"
#speed = 0.25

#[paths.still]
#kind = "hold"               # stands at a seed; a seed of 3.5 is half way between two
#seed = 3

# ---- Players: each is a generator, its path, its place in the mix. The order is the order of the layers.

[players.paint]
generator = "gan"           # gan, vae, stylegan, wavetable, neural, line, or one of your own: "mine.py:MyGenerator"
model = "paint"             # a shipped name (`liveart models`), a model folder, or a file in one
path = "journey"            # a path from above, or one of its own: {{ kind = "orbit", seed = 5 }}
opacity = 1.0               # 0 to 1; live at /liveart/paint/opacity
blend = "normal"            # normal, add, screen, multiply, lighten, darken, difference, overlay
#precision = "auto"          # of the numbers in the net: auto, float32, bfloat16, float16

[players.paint.params]      # where its own params start; `liveart osc` lists them
truncation = 0.8
saturation = 1.1

#[players.veil]
#generator = "vae"
#model = "remnant"
#path = {{ kind = "orbit", seed = 5, speed = 0.03125 }}
#opacity = 0.5
#blend = "screen"

#[players.sky]               # a player that changes its model while it plays: /liveart/sky/model
#models = ["nebula", "remnant"]    # the first plays at the start; shipped names, model folders, checkpoint files
#swap = 2                    # beats in which one is faded into the next, 0 to 256
#path = "journey"

#[players.face]
#generator = "stylegan"      # a StyleGAN2 or StyleGAN3
#model = "aurora"            # a shipped name, a checkpoint as it is (.pkl, .pt), or a folder of `liveart convert`
#space = "w"                 # journeys go straight through w, or through z
#speed = "auto"              # the route of the net; plain is the slow and sure one
#aspect = ""                 # "16:9" draws wider than the model's square; "show" as the show's size
#groups = {{ eyes = "3-5" }}   # own groups of layers, by rows, instead of coarse, middle and fine
#blend_with = ""             # another model of the same family
#bends = 2                   # how many bends of layers can be done at a time, 0 to 6
#directions = 6              # how many directions are found when none are kept for the model, 0 to 24

[players.cycles]
generator = "wavetable"     # a drone; its waveforms come from the same journey as the picture
model = "cycles"
path = "journey"
gain = 0                    # dB; live at /liveart/cycles/gain
voices = 5                  # 1 to 16

[players.cycles.params]
root = 38                   # lowest note, as a MIDI number

#[players.voice]
#generator = "neural"        # a RAVE or other nn~ file (.ts), a Neutone file (.nm), a model of `liveart train sound`
#model = "undertow"
#path = "journey"
#method = "auto"             # decode plays latents, prior goes on by itself, effect and forward play a sound through it
#voices = 2                  # streams at once, up to 64; 0: one, or left and right of an effect
#notes = 0                   # voices for played notes, up to 16; -1: 8 for liveart's own models, none for others
#rate = 0                    # samples a second, for files that do not tell
#attributes = {{}}           # values for those attributes of a file that are words

#[players.mic]
#generator = "line"          # what a sound input hears, or a file
#device = ""                 # part of an input's name; "" the system's own choice
#file = "song.wav"           # a sound file in its place, over and over

#[players.ghost]
#generator = "neural"        # plays another player through a model
#model = "undertow"
#method = "effect"
#input = "mic"               # the player that it hears

# ---- Sources: what moves the params besides OSC and the panel.

[sources.breath]
kind = "lfo"                # lfo, or one of your own: "mine.py:MySource"
target = "/liveart/paint/hue"
wave = "sine"               # sine, triangle, saw, square, random, step
beats = 64                  # length of one turn
low = 0.45                  # fader positions 0 to 1 …
high = 0.55
phase = 0.0                 # where in the turn beat 0 stands, 0 to 1
seed = 0                    # another order of places for random and step
native = false              # … or, when true, low and high in the param's own units

#[sources.ear]
#kind = "sound"              # a microphone, a line, or a file moves params
#device = ""                 # part of an input's name (`liveart devices`); "" the system's own choice
#gain = 0                    # dB
#auto = true                 # follows the loudness of the room, slowly
#level = "cycles/space"      # each of these moves an address, or is a table as in the next line:
#bass = {{ target = "paint/contrast", low = 0.4, high = 0.8, attack = 0.01, release = 0.3 }}
#mid = "paint/saturation"
#high = "paint/noise"
#onset = "picture/flash"
#brightness = "cycles/brightness"
#pitch = "paint/hue"

#[sources.own]
#kind = "sound"
#show = true                 # hears what the show itself plays
#beat = "picture/flash"      # fires on each beat; as a table: a flash
#tempo = "clock/tempo"
#around = 120.0              # the tempo that is likeliest
#clock = false               # true: what is heard leads the show's tempo and beat
#nudge = 0                   # ms by which the show is then later than it; below 0: earlier

#[sources.eye]
#kind = "picture"            # what the show's picture looks like moves params: addresses, or tables as above
#brightness = "cycles/brightness"
#contrast = "cycles/spread"
#saturation = "cycles/width"
#red = "cycles/detune"
#green = "cycles/drift"
#blue = "cycles/space"
#hue = "cycles/glide"
#motion = {{ target = "cycles/gain", low = 0.8, high = 0.95, attack = 0.2, release = 1.0 }}
#change = "journey/next"     # fires at a cut

#[sources.song]
#kind = "sound"
#file = "song.wav"           # heard silently, in time with the show
#level = "paint/opacity"

# ---- Cues: sets of values to come back to. Store them with a key (s) or in the panel; they are written here.

[cues.quiet]
morph = 8                   # beats from the values before to these; 0 cuts
quantum = "bar"             # begins now, on the next beat, bar, 2 bars, 4 bars
curve = "smooth"            # smooth, linear, in, out
follow = ""                 # the cue that comes by itself …
after = 32                  # … so many beats later

[cues.quiet.values]
"paint/saturation" = 0.4
"journey/speed" = 0.0625

[setlist]
order = ["quiet"]           # what /liveart/cue/next goes through
safe = ["cycles/gain"]      # addresses (with * and ?) that no cue keeps
morph = 4                   # timing of cues that are stored from now on
quantum = "now"
curve = "smooth"
follow = ""
after = 16

# ---- Outputs: where picture and sound go. `--output` of `liveart play` adds more for one evening.

#[[outputs]]
#kind = "audio"              # one more sound device; `liveart devices` lists them
#name = "USB"                # part of its name; "" takes the system's own choice
#blocks = 6                  # how many blocks wait in its buffer: 1.25 to 64; fewer answer sooner, more are safer
#latency = "low"             # what is asked of the device: low, high

#[[outputs]]
#kind = "window"             # a window; one opens by itself where there is a screen
#name = ""                   # a screen by number or part of its name: full screen there
#screen = ""                 # the same, without full screen
#fullscreen = false
#size = "1280x720"           # of the window; "" the picture's own
#fit = "contain"             # all of the picture with black bars; or cover
#vsync = true                # in step with the screen
#cursor = false              # true: the pointer stays in full screen
#title = ""                  # in its bar; "" the patch's name

#[[outputs]]
#kind = "ndi"                # needs: pip install "liveart[ndi]"
#name = "liveart"            # what receivers list
#sound = true                # false: pictures only

#[[outputs]]
#kind = "osc"                # values to another program
#name = "arena"
#host = "127.0.0.1"
#port = 7000
#map = {{ "paint/opacity" = "/composition/layers/1/video/opacity" }}    # left out: everything, under its own address
#norm = true                 # 0 to 1 instead of the param's own units
#beat = "/beat"              # gets the number of each beat; "" none

#[[outputs]]
#kind = "midi"               # values to an instrument or program
#name = "IAC"                # part of the port's name
#map = {{ "paint/hue" = "cc 21 ch 1" }}

#[[outputs]]
#kind = "midi-clock"         # the beat to whoever follows a MIDI clock
#name = "drums"
#nudge = 0                   # ms
#bar = 4

#[[outputs]]
#kind = "shm"                # shared memory, for TouchDesigner and other programs on this machine
#name = "stage"              # the block is called liveart-stage

#[[outputs]]
#kind = "file"               # set.mp4, set.wav, or shots/ for numbered PNG files
#name = "set.mp4"
#fps = 30                    # of the file; the show's own when left out
#quality = 18                # of an mp4: 0 is lossless, 51 is worst
#preset = "ultrafast"        # x264's; slower ones make smaller files and need more of the machine
#bits = 24                   # of a wav: 16, 24 or 32
#sound = true                # false: an mp4 without sound
#overwrite = false           # false: set.mp4 is kept and set-2.mp4 is written

#[[outputs]]
#kind = "null"               # goes nowhere: for rehearsals and benches
"""
