// What waits breathes, slowly and all together. A style sheet would draw the whole window sixty times a second for it;
// these few steps are as calm and cost next to nothing.

/** Opacities of one breath, out and in again. */
const BREATH = [1, 0.92, 0.74, 0.56, 0.45, 0.56, 0.74, 0.92];
const STEP_MS = 350;

const breathing = new Set<HTMLElement | SVGElement>();
let step = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** An attachment for something small. Nothing moves for a person who asked for that, nor while nobody can see it. */
export function breathe(element: HTMLElement | SVGElement) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  breathing.add(element);
  show(element);
  timer ??= setInterval(next, STEP_MS);
  return () => {
    breathing.delete(element);
    element.style.opacity = "";
    if (breathing.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function next() {
  if (document.hidden) return;
  step = (step + 1) % BREATH.length;
  breathing.forEach(show);
}

function show(element: HTMLElement | SVGElement) {
  element.style.opacity = String(BREATH[step]);
}
