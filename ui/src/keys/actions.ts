// Every action that has keys, with the keys that it has unless a person binds others.
// `Mod` is Ctrl, or Cmd on a Mac. Keys without a modifier work only outside of text fields, and can be switched off.

export const ACTIONS = {
  new_question: ["Mod+N"],
  focus_question: ["Mod+L", "/"],
  palette: ["Mod+K"],
  send: ["Mod+Enter"],
  stop: ["Mod+."],
  finish: ["Mod+Shift+."],
  previous_citation: ["["],
  next_citation: ["]"],
  source_1: ["1"],
  source_2: ["2"],
  source_3: ["3"],
  source_4: ["4"],
  source_5: ["5"],
  source_6: ["6"],
  source_7: ["7"],
  source_8: ["8"],
  source_9: ["9"],
  export: ["Mod+E"],
  copy_answer: ["Mod+Shift+C"],
  document: ["Mod+Shift+R"],
  settings: ["Mod+,"],
  larger_text: ["Mod+="],
  smaller_text: ["Mod+-"],
  usual_text: ["Mod+0"],
  next_pane: ["F6"],
  previous_pane: ["Shift+F6"],
  toggle_how: ["Mod+1"],
  toggle_answer: ["Mod+2"],
  toggle_sources: ["Mod+3"],
  history: ["Mod+B"],
  search_history: ["Mod+Shift+F"],
  find: ["Mod+F"],
  next_step: ["J"],
  previous_step: ["K"],
  open_source: ["O"],
  branch: ["B"],
  replay: ["R"],
  shortcuts: ["Mod+/"],
} as const satisfies Record<string, readonly string[]>;

export type Action = keyof typeof ACTIONS;

export const ALL = Object.keys(ACTIONS) as Action[];
