// Lucy, within reach of every component.

import { createContext, useContext } from "react";
import type { Api } from "./api";

const Context = createContext<Api | null>(null);

export const ApiContext = Context.Provider;

export function useApi(): Api {
  const api = useContext(Context);
  if (!api) throw new Error("there is no api around this component");
  return api;
}
