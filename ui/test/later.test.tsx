import { act, screen as page, render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { Boundary } from "../src/parts/boundary";
import { later } from "../src/parts/later";

function Counter({ name }: { name: string }) {
  const [count, setCount] = useState(0);
  return (
    <button type="button" onClick={() => setCount(count + 1)}>
      {name} {count}
    </button>
  );
}

const Meanwhile = ({ name }: { name: string }) => <p>{name} is coming</p>;

describe("a part that comes later", () => {
  it("has something in its place until it is there, is fetched once and keeps its state", async () => {
    let arrive = (_: typeof Counter) => {};
    const load = vi.fn(
      () =>
        new Promise<typeof Counter>((resolve) => {
          arrive = resolve;
        }),
    );
    const Part = later(load, Meanwhile);
    const { rerender, unmount } = await act(async () => render(<Part name="First" />));
    expect(page.getByText("First is coming")).toBeTruthy();
    await act(async () => arrive(Counter));
    await userEvent.click(page.getByRole("button", { name: "First 0" }));
    rerender(<Part name="Second" />);
    expect(page.getByRole("button", { name: "Second 1" })).toBeTruthy();
    unmount();
    // From then on it is painted at once.
    render(<Part name="Third" />);
    expect(page.getByRole("button", { name: "Third 0" })).toBeTruthy();
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("that cannot be fetched is told by the boundary of the page", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const Part = later<{ name: string }>(() => Promise.reject(new Error("the file is gone")), Meanwhile);
    await act(async () =>
      render(
        <Boundary>
          <Part name="First" />
        </Boundary>,
      ),
    );
    expect(page.getByRole("alert").textContent).toContain("the file is gone");
  });
});
