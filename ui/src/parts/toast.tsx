// Short notes at the foot of the page, some with a way back.

import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { announce } from "./announce";
import { Button, IconButton } from "./button";

interface Note {
  readonly id: number;
  readonly words: string;
  readonly undo?: () => void;
}

const useNotes = create<{ notes: readonly Note[] }>(() => ({ notes: [] }));

const STAYS_MS = 10_000;
let last = 0;

/** Shows a note for ten seconds. */
export function note(words: string, undo?: () => void): void {
  last += 1;
  const id = last;
  useNotes.setState(({ notes }) => ({
    notes: [...notes.slice(-2), undo ? { id, words, undo } : { id, words }],
  }));
  announce(words);
  setTimeout(() => drop(id), STAYS_MS);
}

function drop(id: number): void {
  useNotes.setState(({ notes }) => ({ notes: notes.filter((other) => other.id !== id) }));
}

export function Notes() {
  const { t } = useTranslation();
  const notes = useNotes((state) => state.notes);
  return (
    <div className="pointer-events-none fixed inset-x-0 bottom-4 z-50 flex flex-col items-center gap-2 px-4">
      {notes.map(({ id, words, undo }) => (
        <div
          key={id}
          className="fade-in pointer-events-auto flex max-w-xl items-center gap-2 rounded-floating border border-hairline bg-surface py-1.5 ps-4 pe-1.5 shadow-floating"
        >
          <span>{words}</span>
          {undo && (
            <Button
              look="quiet"
              onClick={() => {
                undo();
                drop(id);
              }}
            >
              {t("app.undo")}
            </Button>
          )}
          <IconButton icon={X} label={t("app.dismiss")} onClick={() => drop(id)} side="top" />
        </div>
      ))}
    </div>
  );
}
