import { screen as page, render, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { PartsField } from "../src/pages/settings/licences";

vi.mock("../src/pages/settings/licences.json", () => {
  const part = (name: string, from: string, licence: string, texts: number[]) => ({
    ...{ name, from, licence, texts },
    version: "1.2.3",
    by: [`Copyright (c) 2026 ${name}'s makers`],
  });
  const packages = [
    part("letters", "npm", "OFL-1.1", [1]),
    part("numbers", "crate", "MIT OR Apache-2.0", [0]),
    part("words", "crate", "Apache-2.0 AND OFL-1.1", [0, 1]),
  ];
  const texts = [
    { name: "Apache-2.0", text: "An open licence" },
    { name: "OFL-1.1", text: "A licence of fonts" },
  ];
  return { default: { packages, texts } };
});

describe("what Lucy is made of", () => {
  it("is listed when it is asked for, found by words, and read", async () => {
    render(<PartsField />);
    expect(page.queryByTestId("parts")).toBeNull();
    await userEvent.click(page.getByRole("button", { name: "Show the list" }));
    const list = within(await page.findByTestId("parts"));
    const names = () => list.queryAllByRole("listitem").map(({ textContent }) => textContent);
    expect(names()).toHaveLength(3);
    expect(names()[0]).toContain("letters1.2.3ScreenOFL-1.1Copyright (c) 2026 letters's makers");
    expect(page.getByRole("status").textContent).toBe("3 packages");
    await userEvent.type(page.getByRole("searchbox"), "OFL");
    expect(names()).toHaveLength(2);
    expect(page.getByRole("status").textContent).toBe("2 of 3 packages");
    await userEvent.type(page.getByRole("searchbox"), " x");
    expect(names()).toHaveLength(0);
  });

  it("shows each text when it is wanted", async () => {
    render(<PartsField />);
    await userEvent.click(page.getByRole("button", { name: "Show the list" }));
    const wanted = await page.findByRole("button", { name: "words: Read the licence OFL-1.1" });
    expect(page.queryByText("A licence of fonts")).toBeNull();
    await userEvent.click(wanted);
    expect(page.getByText("A licence of fonts").closest("details")?.open).toBe(true);
    expect(document.activeElement?.textContent).toBe("OFL-1.1");
    expect(page.queryByText("An open licence")).toBeNull();
  });
});
