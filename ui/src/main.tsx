// Where the page begins: find Lucy, then paint.

import "@fontsource-variable/inter";
import "@fontsource-variable/source-serif-4";
import "@fontsource-variable/source-serif-4/wght-italic.css";
import "@fontsource-variable/jetbrains-mono";
import "./theme/theme.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { Api } from "./api/api";
import { ApiContext } from "./api/context";
import { http } from "./api/http";
import { inDesktop, tauri } from "./api/tauri";
import { App } from "./app";
import { startWords } from "./i18n/i18n";

async function findApi(): Promise<Api> {
  if (inDesktop()) return tauri;
  // A build of this mode alone holds recorded runs, for trying the screen without Lucy.
  if (import.meta.env.MODE === "fixtures") return (await import("./api/fixture")).recorded(window.location);
  return http;
}

/** The made-up language that `?locale=` asks for, where there are such languages. */
function madeUp(): "long" | "rtl" | undefined {
  if (import.meta.env.MODE !== "fixtures") return undefined;
  const asked = new URLSearchParams(window.location.search).get("locale");
  return asked === "long" || asked === "rtl" ? asked : undefined;
}

async function begin(root: HTMLElement): Promise<void> {
  startWords();
  const api = await findApi();
  createRoot(root).render(
    <StrictMode>
      <ApiContext value={api}>
        <App language={madeUp()} />
      </ApiContext>
    </StrictMode>,
  );
}

const root = document.getElementById("root");
if (root) begin(root);
