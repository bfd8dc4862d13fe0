// The person's own folders: added with their progress, and removed.

import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem, type ResponseTo } from "../../api/api";
import type { Adding, Folder, Indexed } from "../../api/bindings";
import { useApi } from "../../api/context";
import { announce } from "../../parts/announce";
import { Button } from "../../parts/button";
import { Trouble } from "../../parts/field";
import { PathForm } from "../../parts/path_form";
import { note } from "../../parts/toast";
import { number } from "../../run/format";

const POLL_MS = 300;

type Listed = ResponseTo<{ request: "library_list" }>;

export function Folders() {
  const { t } = useTranslation();
  const api = useApi();
  const [listed, setListed] = useState<Listed | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [done, setDone] = useState<Indexed | null>(null);
  const [busy, setBusy] = useState(false);
  const adding = useAdding(busy);
  const read = useCallback(async () => {
    try {
      setListed(await api.request({ request: "library_list" }));
    } catch (thrown) {
      setProblem(Problem.of(thrown).message);
    }
  }, [api]);
  useEffect(() => {
    read();
  }, [read]);
  const add = async (dir: string) => {
    setBusy(true);
    setProblem(null);
    setDone(null);
    try {
      const answer = await api.request({ request: "library_add", dir });
      setDone(answer);
      announce(t(answer.cancelled ? "library.cancelled" : "library.added", { count: answer.indexed }));
      return true;
    } catch (thrown) {
      setProblem(Problem.of(thrown).message);
      return false;
    } finally {
      setBusy(false);
      await read();
    }
  };
  const remove = async ({ path }: Folder) => {
    try {
      await api.request({ request: "library_remove", dir: path });
      note(t("library.removed"), () => add(path));
    } catch (thrown) {
      setProblem(Problem.of(thrown).message);
    }
    await read();
  };
  return (
    <>
      {listed && (
        <p className="tabular pt-3 text-text-2">
          {t("library.documents", { count: listed.documents, shown: number(listed.documents) })}
        </p>
      )}
      <ul aria-label={t("library.folders")} data-testid="folders">
        {listed?.folders.map((folder) => (
          <li key={folder.path} className="flex flex-wrap items-center gap-2 border-hairline border-b py-2.5">
            <span className="min-w-0 flex-[1_1_14rem]">
              <bdi className="break-all font-tool text-tool">{folder.path}</bdi>
              <span className="tabular block text-label text-text-2">
                {t("library.of_folder", { count: folder.documents, shown: number(folder.documents) })}
              </span>
            </span>
            <Button
              disabled={busy}
              aria-label={t("library.again_named", folder)}
              onClick={() => add(folder.path)}
            >
              {t("library.again")}
            </Button>
            <Button
              look="quiet"
              disabled={busy}
              aria-label={t("library.remove_named", folder)}
              onClick={() => remove(folder)}
            >
              {t("library.remove")}
            </Button>
          </li>
        ))}
      </ul>
      {adding && <Progress adding={adding} />}
      <Trouble>{problem}</Trouble>
      {done && <Report done={done} />}
      <PathForm
        what="folder"
        label={t("library.add")}
        help={t("library.add_help")}
        placeholder="/…/notes"
        busy={busy || adding !== null}
        onAdd={add}
      />
    </>
  );
}

/** What is being added, by this page or another, asked for again and again while something is. */
function useAdding(busy: boolean): Adding | null {
  const api = useApi();
  const [adding, setAdding] = useState<Adding | null>(null);
  const asking = busy || adding !== null;
  useEffect(() => {
    let wanted = true;
    const ask = () =>
      api
        .request({ request: "library_status" })
        .then((status) => wanted && setAdding(status.adding))
        // The request that adds says what went wrong.
        .catch(() => wanted && setAdding(null));
    ask();
    const timer = asking ? setInterval(ask, POLL_MS) : undefined;
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [api, asking]);
  return adding;
}

function Progress({ adding }: { adding: Adding }) {
  const { t } = useTranslation();
  const api = useApi();
  const { done, total, current } = adding;
  return (
    <div data-testid="adding" className="my-3 rounded-control border border-hairline bg-surface p-3">
      <div className="flex items-center gap-3">
        <p className="tabular min-w-0 flex-1">
          {t("library.adding", { done: number(done), total: number(total) })}
        </p>
        <Button
          onClick={() => api.request({ request: "library_cancel" }).catch((thrown) => note(String(thrown)))}
        >
          {t("app.cancel")}
        </Button>
      </div>
      <progress
        aria-label={t("library.progress")}
        value={done}
        max={Math.max(1, total)}
        className="mt-2 h-1.5 w-full accent-accent"
      />
      <bdi className="block truncate font-tool text-text-3 text-tool">{current}</bdi>
    </div>
  );
}

function Report({ done }: { done: Indexed }) {
  const { t } = useTranslation();
  return (
    <div role="status" data-testid="indexed" className="my-3 border-ok border-s-2 bg-ok-tint px-3 py-2">
      <p className="font-medium">
        {t(done.cancelled ? "library.cancelled" : "library.added", { count: done.indexed })}
      </p>
      {done.unchanged > 0 && <p>{t("library.unchanged", { count: done.unchanged })}</p>}
      {done.skipped.length > 0 && (
        <details className="pt-1">
          <summary>{t("library.skipped", { count: done.skipped.length })}</summary>
          <ul className="pt-1">
            {done.skipped.slice(0, 200).map(([path, why]) => (
              <li key={path} className="break-all">
                <bdi className="font-tool text-tool">{path}</bdi>: <span dir="auto">{why}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
