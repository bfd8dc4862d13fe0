// The fields that pages share: a line of text, a choice, a switch, and what went wrong.

import { Search } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

const BOX = "min-h-8 min-w-0 rounded-control border border-control bg-surface px-2.5 py-1 text-ui text-text";

export function TextField({ className = "", ...rest }: ComponentProps<"input">) {
  return <input type="text" dir="auto" className={`${BOX} ${className}`} {...rest} />;
}

/** A line of words to search for; `className` is for the box around it. */
export function SearchField({ className = "", ...rest }: ComponentProps<"input">) {
  return (
    <div className={`relative ${className}`}>
      <Search
        size={16}
        strokeWidth={1.5}
        aria-hidden="true"
        className="pointer-events-none absolute inset-y-0 start-2.5 my-auto text-text-3"
      />
      <TextField type="search" className="w-full ps-8" {...rest} />
    </div>
  );
}

interface SelectProps<V extends string> extends Omit<ComponentProps<"select">, "onChange" | "value"> {
  value: V;
  options: readonly { value: V; label: string }[];
  onChoice: (value: V) => void;
}

export function Select<V extends string>({
  value,
  options,
  onChoice,
  className = "",
  ...rest
}: SelectProps<V>) {
  return (
    <select
      value={value}
      onChange={(change) => {
        const chosen = options.find((option) => option.value === change.target.value);
        if (chosen) onChoice(chosen.value);
      }}
      className={`${BOX} pe-7 ${className}`}
      {...rest}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

interface ChoiceProps<V extends string> {
  name: string;
  label: string;
  value: V;
  options: readonly { value: V; label: string }[];
  onChoice: (value: V) => void;
}

/** A few words side by side, one of which holds. */
export function Choice<V extends string>({ name, label, value, options, onChoice }: ChoiceProps<V>) {
  return (
    <div role="radiogroup" aria-label={label} className="inline-flex flex-wrap gap-1">
      {options.map((option) => (
        <label
          key={option.value}
          className="relative inline-flex min-h-8 items-center rounded-control border border-control px-3 text-text-2 has-checked:border-accent has-checked:bg-accent-tint has-checked:font-medium has-checked:text-text has-focus-visible:outline-2 has-focus-visible:outline-focus has-focus-visible:outline-offset-2"
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChoice(option.value)}
            className="sr-only"
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}

/** What went wrong, told at once. */
export function Trouble({ children }: { children: ReactNode }) {
  if (!children) return null;
  return (
    <p
      role="alert"
      dir="auto"
      className="my-2 border-danger border-s-2 bg-danger-tint px-3 py-2 text-danger first-letter:uppercase"
    >
      {children}
    </p>
  );
}
