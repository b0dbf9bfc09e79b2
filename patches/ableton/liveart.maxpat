{
 "patcher": {
  "fileversion": 1,
  "appversion": {
   "major": 8,
   "minor": 5,
   "revision": 5,
   "architecture": "x64",
   "modernui": 1
  },
  "classnamespace": "box",
  "rect": [
   60.0,
   60.0,
   1100.0,
   860.0
  ],
  "bglocked": 0,
  "openinpresentation": 1,
  "default_fontsize": 12.0,
  "default_fontface": 0,
  "default_fontname": "Arial",
  "gridonopen": 1,
  "gridsize": [
   15.0,
   15.0
  ],
  "gridsnaponopen": 1,
  "objectsnaponopen": 1,
  "statusbarvisible": 2,
  "toolbarvisible": 1,
  "boxes": [
   {
    "box": {
     "id": "obj-1",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      30.0,
      14.0,
      576.2,
      20.0
     ],
     "text": "liveart: dials with automation, buttons, and the clip's notes go to liveart on this machine"
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      30.0,
      780.0,
      154.2,
      22.0
     ],
     "text": "udpsend 127.0.0.1 9000"
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      30.0,
      750.0,
      88.19999999999999,
      22.0
     ],
     "text": "r ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "outlettype": [
      "int"
     ],
     "patching_rect": [
      30.0,
      50.0,
      48.599999999999994,
      22.0
     ],
     "text": "midiin"
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      30.0,
      180.0,
      55.199999999999996,
      22.0
     ],
     "text": "midiout"
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 8,
     "outlettype": [
      "",
      "",
      "",
      "int",
      "int",
      "",
      "int",
      ""
     ],
     "patching_rect": [
      110.0,
      80.0,
      68.4,
      22.0
     ],
     "text": "midiparse"
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "int",
      "int"
     ],
     "patching_rect": [
      110.0,
      110.0,
      75.0,
      22.0
     ],
     "text": "unpack 0 0"
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "outlettype": [
      "float"
     ],
     "patching_rect": [
      200.0,
      140.0,
      48.599999999999994,
      22.0
     ],
     "text": "/ 127."
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      110.0,
      170.0,
      240.0,
      22.0
     ],
     "text": "sprintf /liveart/cycles/note/%ld %f"
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      110.0,
      200.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      "float"
     ],
     "patching_rect": [
      30.0,
      280.0,
      48.0,
      48.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8.0,
      8.0,
      56.0,
      48.0
     ],
     "parameter_enable": 1,
     "varname": "hue",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "hue",
       "parameter_shortname": "hue",
       "parameter_type": 0,
       "parameter_mmin": -0.5,
       "parameter_mmax": 0.5,
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 1,
       "parameter_modmode": 0,
       "parameter_unitstyle": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      30.0,
      338.0,
      180.6,
      22.0
     ],
     "text": "prepend /liveart/paint/hue"
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      30.0,
      368.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      "float"
     ],
     "patching_rect": [
      290.0,
      280.0,
      48.0,
      48.0
     ],
     "presentation": 1,
     "presentation_rect": [
      70.0,
      8.0,
      56.0,
      48.0
     ],
     "parameter_enable": 1,
     "varname": "variety",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "variety",
       "parameter_shortname": "variety",
       "parameter_type": 0,
       "parameter_mmin": -1.5,
       "parameter_mmax": 1.5,
       "parameter_initial": [
        0.85
       ],
       "parameter_initial_enable": 1,
       "parameter_modmode": 0,
       "parameter_unitstyle": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      290.0,
      338.0,
      226.79999999999998,
      22.0
     ],
     "text": "prepend /liveart/paint/truncation"
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      290.0,
      368.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      "float"
     ],
     "patching_rect": [
      550.0,
      280.0,
      48.0,
      48.0
     ],
     "presentation": 1,
     "presentation_rect": [
      132.0,
      8.0,
      56.0,
      48.0
     ],
     "parameter_enable": 1,
     "varname": "colour",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "colour",
       "parameter_shortname": "colour",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 2.0,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 1,
       "parameter_modmode": 0,
       "parameter_unitstyle": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      550.0,
      338.0,
      226.79999999999998,
      22.0
     ],
     "text": "prepend /liveart/paint/saturation"
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      550.0,
      368.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      "float"
     ],
     "patching_rect": [
      810.0,
      280.0,
      48.0,
      48.0
     ],
     "presentation": 1,
     "presentation_rect": [
      194.0,
      8.0,
      56.0,
      48.0
     ],
     "parameter_enable": 1,
     "varname": "contrast",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "contrast",
       "parameter_shortname": "contrast",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 2.0,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 1,
       "parameter_modmode": 0,
       "parameter_unitstyle": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-21",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      810.0,
      338.0,
      213.6,
      22.0
     ],
     "text": "prepend /liveart/paint/contrast"
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      810.0,
      368.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      "float"
     ],
     "patching_rect": [
      30.0,
      420.0,
      48.0,
      48.0
     ],
     "presentation": 1,
     "presentation_rect": [
      256.0,
      8.0,
      56.0,
      48.0
     ],
     "parameter_enable": 1,
     "varname": "opacity",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "opacity",
       "parameter_shortname": "opacity",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 1,
       "parameter_modmode": 0,
       "parameter_unitstyle": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      30.0,
      478.0,
      207.0,
      22.0
     ],
     "text": "prepend /liveart/paint/opacity"
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      30.0,
      508.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      "float"
     ],
     "patching_rect": [
      290.0,
      420.0,
      48.0,
      48.0
     ],
     "presentation": 1,
     "presentation_rect": [
      318.0,
      8.0,
      56.0,
      48.0
     ],
     "parameter_enable": 1,
     "varname": "speed",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "speed",
       "parameter_shortname": "speed",
       "parameter_type": 0,
       "parameter_mmin": -2.0,
       "parameter_mmax": 2.0,
       "parameter_initial": [
        0.25
       ],
       "parameter_initial_enable": 1,
       "parameter_modmode": 0,
       "parameter_unitstyle": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      290.0,
      478.0,
      207.0,
      22.0
     ],
     "text": "prepend /liveart/journey/speed"
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      290.0,
      508.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      "float"
     ],
     "patching_rect": [
      550.0,
      420.0,
      48.0,
      48.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8.0,
      84.0,
      56.0,
      48.0
     ],
     "parameter_enable": 1,
     "varname": "brightness",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "brightness",
       "parameter_shortname": "brightness",
       "parameter_type": 0,
       "parameter_mmin": 100.0,
       "parameter_mmax": 16000.0,
       "parameter_initial": [
        2800.0
       ],
       "parameter_initial_enable": 1,
       "parameter_modmode": 0,
       "parameter_unitstyle": 3,
       "parameter_exponent": 3.0
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      550.0,
      478.0,
      233.39999999999998,
      22.0
     ],
     "text": "prepend /liveart/cycles/brightness"
    }
   },
   {
    "box": {
     "id": "obj-31",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      550.0,
      508.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-32",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      "float"
     ],
     "patching_rect": [
      810.0,
      420.0,
      48.0,
      48.0
     ],
     "presentation": 1,
     "presentation_rect": [
      70.0,
      84.0,
      56.0,
      48.0
     ],
     "parameter_enable": 1,
     "varname": "spread",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "spread",
       "parameter_shortname": "spread",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_initial": [
        0.35
       ],
       "parameter_initial_enable": 1,
       "parameter_modmode": 0,
       "parameter_unitstyle": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      810.0,
      478.0,
      207.0,
      22.0
     ],
     "text": "prepend /liveart/cycles/spread"
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      810.0,
      508.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-35",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      "float"
     ],
     "patching_rect": [
      30.0,
      560.0,
      48.0,
      48.0
     ],
     "presentation": 1,
     "presentation_rect": [
      132.0,
      84.0,
      56.0,
      48.0
     ],
     "parameter_enable": 1,
     "varname": "drift",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "drift",
       "parameter_shortname": "drift",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_initial": [
        0.5
       ],
       "parameter_initial_enable": 1,
       "parameter_modmode": 0,
       "parameter_unitstyle": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-36",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      30.0,
      618.0,
      200.39999999999998,
      22.0
     ],
     "text": "prepend /liveart/cycles/drift"
    }
   },
   {
    "box": {
     "id": "obj-37",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      30.0,
      648.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-38",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      "float"
     ],
     "patching_rect": [
      290.0,
      560.0,
      48.0,
      48.0
     ],
     "presentation": 1,
     "presentation_rect": [
      194.0,
      84.0,
      56.0,
      48.0
     ],
     "parameter_enable": 1,
     "varname": "space",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "space",
       "parameter_shortname": "space",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_initial": [
        0.4
       ],
       "parameter_initial_enable": 1,
       "parameter_modmode": 0,
       "parameter_unitstyle": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-39",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      290.0,
      618.0,
      200.39999999999998,
      22.0
     ],
     "text": "prepend /liveart/cycles/space"
    }
   },
   {
    "box": {
     "id": "obj-40",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      290.0,
      648.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-41",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      "float"
     ],
     "patching_rect": [
      550.0,
      560.0,
      48.0,
      48.0
     ],
     "presentation": 1,
     "presentation_rect": [
      256.0,
      84.0,
      56.0,
      48.0
     ],
     "parameter_enable": 1,
     "varname": "gain_dB",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "gain dB",
       "parameter_shortname": "gain dB",
       "parameter_type": 0,
       "parameter_mmin": -60.0,
       "parameter_mmax": 6.0,
       "parameter_initial": [
        3.0
       ],
       "parameter_initial_enable": 1,
       "parameter_modmode": 0,
       "parameter_unitstyle": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-42",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      550.0,
      618.0,
      193.79999999999998,
      22.0
     ],
     "text": "prepend /liveart/cycles/gain"
    }
   },
   {
    "box": {
     "id": "obj-43",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      550.0,
      648.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-44",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      ""
     ],
     "patching_rect": [
      440.0,
      40.0,
      76.0,
      20.0
     ],
     "text": "panic",
     "presentation": 1,
     "presentation_rect": [
      390.0,
      10.0,
      74.0,
      20.0
     ],
     "texton": "panic",
     "mode": 0,
     "parameter_enable": 1,
     "varname": "panic",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "panic",
       "parameter_shortname": "panic",
       "parameter_type": 2,
       "parameter_mmax": 1,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_modmode": 0
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-45",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      524.0,
      40.0,
      113.2,
      22.0
     ],
     "text": "/liveart/panic 1"
    }
   },
   {
    "box": {
     "id": "obj-46",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      524.0,
      62.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-47",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      ""
     ],
     "patching_rect": [
      740.0,
      40.0,
      76.0,
      20.0
     ],
     "text": "blackout",
     "presentation": 1,
     "presentation_rect": [
      470.0,
      10.0,
      74.0,
      20.0
     ],
     "texton": "blackout",
     "mode": 1,
     "parameter_enable": 1,
     "varname": "blackout",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "blackout",
       "parameter_shortname": "blackout",
       "parameter_type": 2,
       "parameter_mmax": 1,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_modmode": 0
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-48",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      824.0,
      40.0,
      174.0,
      22.0
     ],
     "text": "prepend /liveart/blackout"
    }
   },
   {
    "box": {
     "id": "obj-49",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      824.0,
      62.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-50",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      ""
     ],
     "patching_rect": [
      440.0,
      96.0,
      76.0,
      20.0
     ],
     "text": "freeze",
     "presentation": 1,
     "presentation_rect": [
      390.0,
      40.0,
      74.0,
      20.0
     ],
     "texton": "freeze",
     "mode": 1,
     "parameter_enable": 1,
     "varname": "freeze",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "freeze",
       "parameter_shortname": "freeze",
       "parameter_type": 2,
       "parameter_mmax": 1,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_modmode": 0
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-51",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      524.0,
      96.0,
      160.79999999999998,
      22.0
     ],
     "text": "prepend /liveart/freeze"
    }
   },
   {
    "box": {
     "id": "obj-52",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      524.0,
      118.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-53",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      ""
     ],
     "patching_rect": [
      740.0,
      96.0,
      76.0,
      20.0
     ],
     "text": "flash",
     "presentation": 1,
     "presentation_rect": [
      470.0,
      40.0,
      74.0,
      20.0
     ],
     "texton": "flash",
     "mode": 0,
     "parameter_enable": 1,
     "varname": "flash",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "flash",
       "parameter_shortname": "flash",
       "parameter_type": 2,
       "parameter_mmax": 1,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_modmode": 0
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-54",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      824.0,
      96.0,
      162.8,
      22.0
     ],
     "text": "/liveart/picture/flash 1"
    }
   },
   {
    "box": {
     "id": "obj-55",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      824.0,
      118.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-56",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      ""
     ],
     "patching_rect": [
      440.0,
      152.0,
      76.0,
      20.0
     ],
     "text": "next place",
     "presentation": 1,
     "presentation_rect": [
      390.0,
      70.0,
      74.0,
      20.0
     ],
     "texton": "next place",
     "mode": 0,
     "parameter_enable": 1,
     "varname": "next_place",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "next place",
       "parameter_shortname": "next place",
       "parameter_type": 2,
       "parameter_mmax": 1,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_modmode": 0
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-57",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      524.0,
      152.0,
      156.6,
      22.0
     ],
     "text": "/liveart/journey/next 1"
    }
   },
   {
    "box": {
     "id": "obj-58",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      524.0,
      174.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-59",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      ""
     ],
     "patching_rect": [
      740.0,
      152.0,
      76.0,
      20.0
     ],
     "text": "cue back",
     "presentation": 1,
     "presentation_rect": [
      470.0,
      70.0,
      74.0,
      20.0
     ],
     "texton": "cue back",
     "mode": 0,
     "parameter_enable": 1,
     "varname": "cue_back",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "cue back",
       "parameter_shortname": "cue back",
       "parameter_type": 2,
       "parameter_mmax": 1,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_modmode": 0
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-60",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      824.0,
      152.0,
      156.6,
      22.0
     ],
     "text": "/liveart/cue/previous 1"
    }
   },
   {
    "box": {
     "id": "obj-61",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      824.0,
      174.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   },
   {
    "box": {
     "id": "obj-62",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "outlettype": [
      "",
      ""
     ],
     "patching_rect": [
      440.0,
      208.0,
      76.0,
      20.0
     ],
     "text": "cue on",
     "presentation": 1,
     "presentation_rect": [
      390.0,
      100.0,
      74.0,
      20.0
     ],
     "texton": "cue on",
     "mode": 0,
     "parameter_enable": 1,
     "varname": "cue_on",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "cue on",
       "parameter_shortname": "cue on",
       "parameter_type": 2,
       "parameter_mmax": 1,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_modmode": 0
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-63",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "outlettype": [
      ""
     ],
     "patching_rect": [
      524.0,
      208.0,
      131.8,
      22.0
     ],
     "text": "/liveart/cue/next 1"
    }
   },
   {
    "box": {
     "id": "obj-64",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      524.0,
      230.0,
      88.19999999999999,
      22.0
     ],
     "text": "s ---liveart"
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-4",
      0
     ],
     "destination": [
      "obj-5",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-4",
      0
     ],
     "destination": [
      "obj-6",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-6",
      0
     ],
     "destination": [
      "obj-7",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-7",
      1
     ],
     "destination": [
      "obj-8",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-8",
      0
     ],
     "destination": [
      "obj-9",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-7",
      0
     ],
     "destination": [
      "obj-9",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-9",
      0
     ],
     "destination": [
      "obj-10",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-11",
      0
     ],
     "destination": [
      "obj-12",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-12",
      0
     ],
     "destination": [
      "obj-13",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-14",
      0
     ],
     "destination": [
      "obj-15",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-15",
      0
     ],
     "destination": [
      "obj-16",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-17",
      0
     ],
     "destination": [
      "obj-18",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-18",
      0
     ],
     "destination": [
      "obj-19",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-20",
      0
     ],
     "destination": [
      "obj-21",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      0
     ],
     "destination": [
      "obj-22",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-23",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-24",
      0
     ],
     "destination": [
      "obj-25",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-26",
      0
     ],
     "destination": [
      "obj-27",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      0
     ],
     "destination": [
      "obj-28",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-29",
      0
     ],
     "destination": [
      "obj-30",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-30",
      0
     ],
     "destination": [
      "obj-31",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-32",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-33",
      0
     ],
     "destination": [
      "obj-34",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      0
     ],
     "destination": [
      "obj-36",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      0
     ],
     "destination": [
      "obj-37",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-38",
      0
     ],
     "destination": [
      "obj-39",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-39",
      0
     ],
     "destination": [
      "obj-40",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-41",
      0
     ],
     "destination": [
      "obj-42",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-42",
      0
     ],
     "destination": [
      "obj-43",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-44",
      0
     ],
     "destination": [
      "obj-45",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-45",
      0
     ],
     "destination": [
      "obj-46",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-47",
      0
     ],
     "destination": [
      "obj-48",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-48",
      0
     ],
     "destination": [
      "obj-49",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-50",
      0
     ],
     "destination": [
      "obj-51",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-51",
      0
     ],
     "destination": [
      "obj-52",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-53",
      0
     ],
     "destination": [
      "obj-54",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-54",
      0
     ],
     "destination": [
      "obj-55",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-56",
      0
     ],
     "destination": [
      "obj-57",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-57",
      0
     ],
     "destination": [
      "obj-58",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-59",
      0
     ],
     "destination": [
      "obj-60",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-60",
      0
     ],
     "destination": [
      "obj-61",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-62",
      0
     ],
     "destination": [
      "obj-63",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      0
     ],
     "destination": [
      "obj-64",
      0
     ]
    }
   }
  ],
  "devicewidth": 560.0,
  "project": {
   "version": 1,
   "amxdtype": 1835887981,
   "readonly": 0,
   "devpathtype": 0,
   "devpath": ".",
   "sortmode": 0,
   "viewmode": 0
  },
  "latency": 0,
  "dependency_cache": [],
  "autosave": 0
 }
}
