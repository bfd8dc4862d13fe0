import { screen as page, render, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import { describe, expect, it, vi } from "vitest";
import type { Api } from "../src/api/api";
import { ApiContext } from "../src/api/context";
import { recorded } from "../src/api/fixture";
import { RECORDED } from "../src/fixtures";
import { AnswerText } from "../src/run/answer/answer_text";
import { asMarkdown } from "../src/run/copy";
import { RunContext, useRunView } from "../src/run/view";
import { relatives, useLink } from "../src/state/link";
import { rowsOf } from "../src/state/rows";
import { useScreen } from "../src/state/screen";
import { transcriptOf } from "../src/state/transcript";

const address = { search: "?fixture=answered", hash: "#/" } as Location;

interface AnswerProps {
  text: string;
  cites: [number, string][];
  sentences?: string[];
}

/** The answer of a run that has the sources of the recorded one. */
function Answer({ text, cites, sentences = [] }: AnswerProps) {
  const view = useRunView("answered");
  const places = cites.map(([number, words]) => {
    const start = text.indexOf(words);
    return { number, start, end: start + words.length };
  });
  const ranges = sentences.map((words) => {
    const start = text.indexOf(words);
    return { start, end: start + words.length, citations: [], steps: [] };
  });
  return (
    <RunContext value={view}>
      <AnswerText text={text} citations={places} sentences={ranges} />
    </RunContext>
  );
}

function show(props: AnswerProps, api: Api = recorded(address)) {
  return render(
    <Tooltip.Provider>
      <ApiContext value={api}>
        <Answer {...props} />
      </ApiContext>
    </Tooltip.Provider>,
  );
}

describe("an answer", () => {
  it("has its citations as buttons where the numbers stood", () => {
    const { container } = show({
      text: "One **two [1]** three [2].",
      cites: [
        [1, "[1]"],
        [2, "[2]"],
      ],
    });
    const marks = page.getAllByRole("button");
    expect(marks.map((mark) => mark.textContent)).toEqual(
      ["1!", "2!"].map((text) => expect.stringContaining(text[0] ?? "")),
    );
    expect(container.textContent).not.toContain("[1]");
    expect(container.querySelector("strong")?.contains(marks[0] ?? null)).toBe(true);
  });

  it("keeps a citation on the line of its word, and the full stop with it", () => {
    const { container } = show({ text: "The word [1]. Next.", cites: [[1, "[1]"]] });
    const bound = container.querySelector(".whitespace-nowrap");
    expect(bound?.textContent).toMatch(/^word1/);
  });

  it("finds sentences across bold, escapes and lines", () => {
    const text = "A \\*star\\* and **bold\nwords** end. Second one.";
    const { container } = show({
      text,
      cites: [],
      sentences: ["A \\*star\\* and **bold\nwords** end.", "Second one."],
    });
    const of = (index: number) =>
      [...container.querySelectorAll(`[data-sentence="${index}"]`)].map((span) => span.textContent).join("");
    expect(of(0)).toBe("A *star* and bold\nwords end.");
    expect(of(1)).toBe("Second one.");
  });

  it("shows HTML as text, and neither pictures nor definitions as what they claim", () => {
    const text =
      '<b>x</b> <img src="https://e.org/t.png">\n\n![p](https://e.org/t.png)\n\nCited [1][2].\n\n[2]: https://e.org';
    const { container } = show({
      text,
      cites: [
        [1, "[1]"],
        [2, "[2]"],
      ],
    });
    expect(container.querySelectorAll("img, b, script")).toHaveLength(0);
    expect(container.textContent).toContain('<b>x</b> <img src="https://e.org/t.png">');
    expect(page.getAllByRole("button")).toHaveLength(2);
  });

  it("opens web pages through Lucy, and nothing else", async () => {
    const api = recorded(address);
    const open = vi.spyOn(api, "open");
    show(
      { text: "[good](https://e.org/a) [bad](javascript:alert(1)) [file](file:///etc/passwd)", cites: [] },
      api,
    );
    expect(page.getAllByRole("link")).toHaveLength(1);
    await userEvent.click(page.getByRole("link", { name: "good" }));
    expect(open).toHaveBeenCalledWith("https://e.org/a");
  });

  it("has headings that begin below the question", () => {
    show({ text: "# Big\n\ntext", cites: [] });
    expect(page.getByRole("heading", { name: "Big" }).tagName).toBe("H2");
  });

  it("names a citation with its source, and opens it", async () => {
    show({ text: "Opened in 1890 [1].", cites: [[1, "[1]"]] });
    const mark = await page.findByRole("button", { name: /^Citation 1, Forth Bridge, / });
    await userEvent.click(mark);
    expect(useScreen.getState().open?.url).toBe("library:forth-bridge");
  });

  it("marks a number that no source has", async () => {
    show({ text: "Who knows [9].", cites: [[9, "[9]"]] });
    expect(
      await page.findByRole("button", { name: "Citation 9, no source of this number, No such source" }),
    ).toBeTruthy();
  });
});

describe("what belongs together", () => {
  const { log = [], evidence = null } = RECORDED.answered ?? {};
  const rows = rowsOf(log);

  it("lights the steps and sources of a sentence", () => {
    const lit = relatives({ kind: "sentence", index: 1 }, evidence ?? null, rows);
    expect([...lit.sources]).toEqual(["library:forth-bridge", "library:john-fowler"]);
    expect([...lit.rows]).toEqual(["t2", "s2c1", "t3", "s3c1"]);
  });

  it("lights the sentences and steps of a source", () => {
    const lit = relatives({ kind: "source", url: "library:john-fowler" }, evidence ?? null, rows);
    expect([...lit.sentences]).toEqual([1]);
    expect([...lit.rows]).toEqual(expect.arrayContaining(["s1c1", "s3c1", "t4"]));
  });

  it("lights the result that a thought reacted to", () => {
    const lit = relatives({ kind: "row", id: "t3" }, evidence ?? null, rows);
    expect([...lit.rows]).toEqual(["t3", "s2c1"]);
    expect([...lit.sources]).toEqual(["library:forth-bridge"]);
  });

  it("is dark where nothing is known", () => {
    const lit = relatives({ kind: "row", id: "lost" }, null, rows);
    expect(lit.rows.size + lit.sentences.size + lit.sources.size).toBe(0);
    expect(useLink.getState().hover).toBeNull();
  });
});

describe("a copied answer", () => {
  it("ends with what it cites", () => {
    const text = asMarkdown(transcriptOf(RECORDED.answered?.log ?? []));
    expect(text).toMatch(/^The Forth Bridge was opened/);
    expect(text).toContain("\n[1] Forth Bridge, library:forth-bridge\n[2] John Fowler");
    expect(within(document.body).queryByText("[4]")).toBeNull();
    expect(text).not.toContain("[4]");
  });
});
