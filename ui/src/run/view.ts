// Everything that the parts of the run screen show, worked out once and handed to all of them.

import { createContext, useContext, useEffect, useMemo, useState } from "react";
import { type Api, Problem, wordsOf } from "../api/api";
import type { Citation, Evidence } from "../api/bindings";
import { useApi } from "../api/context";
import { type Phase, phaseOf } from "../state/doing";
import { follow, useFollowed } from "../state/follow";
import { linkWithin } from "../state/link";
import { replay, useReplayed } from "../state/replay";
import { type Row, rowsOf, withLive } from "../state/rows";
import { NOTHING, type RunState } from "../state/run";
import { screen } from "../state/screen";
import { groupsOf, type SourceGroups } from "../state/sources";
import { fromBytes } from "../state/text";

export interface RunView {
  readonly run: string;
  /** What is shown: the run as it is, or as replay has it. */
  readonly state: RunState;
  /** How the run stands, whatever replay shows. */
  readonly phase: Phase;
  /** How what is shown stands. */
  readonly shown: Phase;
  readonly replaying: boolean;
  readonly rows: readonly Row[];
  readonly groups: SourceGroups;
  /** Of the answer, in units of UTF-16. */
  readonly citations: readonly Citation[];
  /** What checking the answer gave; null until it has. */
  readonly evidence: Evidence | null;
  readonly evidenceProblem: string | null;
  /** Why the run cannot be followed. */
  readonly problem: string | null;
  /** The log of the run as it is. */
  readonly log: RunState["log"];
}

const Context = createContext<RunView | null>(null);

export const RunContext = Context.Provider;

export function useRun(): RunView {
  const view = useContext(Context);
  if (!view) throw new Error("there is no run around this component");
  return view;
}

/** Follows a run and works out what is shown of it. */
export function useRunView(run: string): RunView {
  const api = useApi();
  useEffect(() => {
    screen.clean();
    replay.stop();
    return follow(api, run);
  }, [api, run]);
  const followed = useFollowed();
  const current = followed.run === run;
  const real = current ? followed.state : NOTHING;
  const over = current && followed.over;
  const replayed = useReplayed(real.log);
  const state = replayed ?? real;
  const phase = phaseOf(real, over);
  const shown = replayed ? phaseOf(replayed, false) : phase;

  const kept = useMemo(() => rowsOf(state.log), [state.log]);
  const rows = useMemo(() => withLive(kept, state), [kept, state]);
  const { outcome, sources } = state.transcript;
  const citations = useMemo(() => citationsOf(outcome), [outcome]);
  const groups = useMemo(() => groupsOf(sources, kept, citations), [sources, kept, citations]);
  const checked = useEvidence(api, run, phase === "answered");
  const evidence = shown === "answered" ? checked.evidence : null;
  useEffect(() => linkWithin(evidence, kept), [evidence, kept]);

  return {
    run,
    state,
    phase,
    shown,
    replaying: replayed !== null,
    rows,
    groups,
    citations,
    evidence,
    evidenceProblem: checked.problem,
    problem: current && followed.error ? wordsOf(followed.error) : null,
    log: real.log,
  };
}

function citationsOf(outcome: RunState["transcript"]["outcome"]): Citation[] {
  if (outcome?.kind !== "answered") return [];
  const places = fromBytes(
    outcome.answer,
    outcome.citations.flatMap(({ start, end }) => [start, end]),
  );
  return outcome.citations.map((citation, index) => ({
    ...citation,
    start: places[2 * index] ?? 0,
    end: places[2 * index + 1] ?? 0,
  }));
}

interface Checked {
  readonly run: string;
  readonly evidence: Evidence | null;
  readonly problem: string | null;
}

function useEvidence(api: Api, run: string, answered: boolean): Checked {
  const [checked, setChecked] = useState<Checked>({ run, evidence: null, problem: null });
  useEffect(() => {
    if (!answered) return;
    let wanted = true;
    api
      .request({ request: "evidence", run })
      .then((evidence) => wanted && setChecked({ run, evidence, problem: null }))
      .catch((thrown) => wanted && setChecked({ run, evidence: null, problem: Problem.of(thrown).message }));
    return () => {
      wanted = false;
    };
  }, [api, run, answered]);
  return checked.run === run ? checked : { run, evidence: null, problem: null };
}
