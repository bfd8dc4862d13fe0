// Numbers, times and days as they are written in the language of the screen.

import { locale } from "../i18n/i18n";

/** `0.7 s`, `14.2 s`, `3 min 20 s`. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 100) return `${number(seconds, 1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** A large number in words: "4.6 million". */
export function large(value: number): string {
  const words: Intl.NumberFormatOptions = {
    notation: "compact",
    compactDisplay: "long",
    maximumSignificantDigits: 2,
  };
  return new Intl.NumberFormat(locale(), words).format(value);
}

export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** `a, b and c`. */
export function list(words: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(words);
}

/** `Tue, 24 Nov 2026` of `2026-11-24`. */
export function day(date: string): string {
  const at = new Date(`${date}T12:00:00Z`);
  if (Number.isNaN(at.getTime())) return date;
  return new Intl.DateTimeFormat(locale(), {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  }).format(at);
}

/** `12.3 kB`. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  if (count < 1_000_000) return `${number(count / 1000, 1)} kB`;
  if (count < 1_000_000_000) return `${number(count / 1_000_000, 1)} MB`;
  return `${number(count / 1_000_000_000, 2)} GB`;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long ago that was, within a week; then the day. */
export function age(at: number, now = Date.now()): string {
  const passed = Math.max(0, now - at);
  if (passed > 7 * DAY_MS) {
    return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", year: "numeric" }).format(at);
  }
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  if (passed >= DAY_MS) return relative.format(-Math.floor(passed / DAY_MS), "day");
  if (passed >= HOUR_MS) return relative.format(-Math.floor(passed / HOUR_MS), "hour");
  return relative.format(-Math.floor(passed / 60_000), "minute");
}
