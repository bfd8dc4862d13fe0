// What only a desktop window can do beyond requests: choose files, speak of itself, hand on its menu and links.

/** Something that the window tells the page. */
export type ShellEvent =
  | { event: "menu"; item: string }
  | { event: "link"; action: string; parameters: [string, string][] }
  | { event: "open_run"; run: string };

export interface ShellStarted {
  readonly version: string;
  readonly platform: "linux" | "macos" | "windows";
}

export interface Shell {
  /** Says that the page is alive, and listens. Called once. */
  ready(language: "en" | "de", told: (event: ShellEvent) => void): Promise<ShellStarted>;
  /** Changes the words of the native menu. */
  language(language: "en" | "de"): Promise<void>;
  /** Lets the person choose a folder, or a model's file; null if nothing was chosen. */
  choose(what: "folder" | "model"): Promise<string | null>;
}
