// The model that answers: asked for once, as loading it takes a while, and again when another is chosen.

import { create } from "zustand";
import { type Api, type Fault, Problem, type ResponseTo } from "../api/api";

export type Model = ResponseTo<{ request: "model" }>;

interface Asked {
  readonly model: Model | null;
  /** Why there is none. */
  readonly fault: Fault | null;
  /** Of the page's clock: when it was asked for. */
  readonly askedAt: number;
}

export const useModel = create<Asked>(() => ({ model: null, fault: null, askedAt: 0 }));

/** Asks, unless it was asked already and not `again`. */
export async function readModel(api: Api, again = false): Promise<void> {
  if (useModel.getState().askedAt > 0 && !again) return;
  useModel.setState({ model: null, fault: null, askedAt: performance.now() });
  try {
    useModel.setState({ model: await api.request({ request: "model" }) });
  } catch (thrown) {
    useModel.setState({ fault: Problem.of(thrown).fault });
  }
}
