// A tooltip for what is cut, and only while it is: where the words are in full it would say them twice.

/** An attachment: `{@attach whenCut(text)}` on the element, or around the elements, that may be cut. */
export function whenCut(text: string) {
  return (element: HTMLElement) => {
    // What is not shown at all has no width.
    const gone = (part: HTMLElement) => part.clientWidth === 0 && part.textContent !== "";
    const parts = () => [element, ...element.querySelectorAll<HTMLElement>(".cut")];
    const look = () => {
      const cut = parts().some((part) => gone(part) || part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight + 1);
      if (cut) element.title = text;
      else element.removeAttribute("title");
    };
    element.addEventListener("pointerenter", look);
    return () => element.removeEventListener("pointerenter", look);
  };
}
