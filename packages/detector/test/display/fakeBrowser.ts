import { runInNewContext } from 'node:vm';

type Listener = (event: Record<string, unknown>) => void;

/** The little of an element that the script uses. */
class FakeElement {
  textContent = '';
  hidden = true;
  value = '';
  className = '';
  width = 0;
  height = 0;
  clientWidth = 900;
  clientHeight = 600;
  offsetWidth = 100;
  offsetHeight = 50;
  readonly style: Record<string, string> = {};
  readonly children: FakeElement[] = [];
  readonly listeners = new Map<string, Listener>();
  parentElement: FakeElement | undefined;
  context: unknown;

  append(child: FakeElement): void {
    this.children.push(child);
  }
  replaceChildren(): void {
    this.children.length = 0;
  }
  setAttribute(): void {}
  addEventListener(type: string, listener: Listener): void {
    this.listeners.set(type, listener);
  }
  getContext(): unknown {
    return this.context;
  }
  allText(): string {
    return [this.textContent, ...this.children.map((child) => child.allText())]
      .join(' ')
      .replace(/\s+/g, ' ')
      .trim();
  }
}

/** A page whose script has run. */
export interface RunningPage {
  /** Calls on the canvas since the start, or since they were set to 0. */
  readonly drawn: { arcs: number; strokes: number };
  /** Runs what waits for the next screen refresh; returns how many callbacks there were. */
  frame(): number;
  key(key: string): void;
  element(id: string): FakeElement;
  text(id: string): string;
  /** Texts that were painted. */
  labels(): string[];
}

/** Runs the script of a page on stand-ins for document and canvas, as far as its first drawing. */
export function runPage(page: string): RunningPage {
  const [, json, script] = /id="data"[^>]*>([^<]*)<\/script>\s*<script>([\s\S]*)<\/script>/.exec(page)!;
  const elements = new Map<string, FakeElement>();
  const element = (id: string): FakeElement => {
    if (!elements.has(id)) elements.set(id, new FakeElement());
    return elements.get(id)!;
  };
  const drawn = { arcs: 0, strokes: 0 };
  const labels: string[] = [];
  const context = new Proxy<Record<string, unknown>>(
    {
      arc: () => drawn.arcs++,
      stroke: () => drawn.strokes++,
      fillText: (text: string) => labels.push(text),
    },
    { get: (target, name) => target[name as string] ?? (() => undefined), set: () => true },
  );
  element('view').context = context;
  element('view').parentElement = new FakeElement();
  element('data').textContent = json!;

  const keyListeners: Listener[] = [];
  let waiting: (() => void)[] = [];
  const frame = (): number => {
    const now = waiting;
    waiting = [];
    for (const callback of now) callback();
    return now.length;
  };
  class ResizeObserver {
    readonly resized: () => void;
    constructor(resized: () => void) {
      this.resized = resized;
    }
    observe(): void {
      this.resized();
    }
  }
  const globals: Record<string, unknown> = {
    document: {
      getElementById: element,
      createElement: () => new FakeElement(),
      createElementNS: () => new FakeElement(),
      querySelectorAll: () => [],
    },
    devicePixelRatio: 1,
    HTMLInputElement: FakeElement,
    ResizeObserver,
    matchMedia: () => ({ matches: false, addEventListener: () => undefined }),
    requestAnimationFrame: (callback: () => void) => waiting.push(callback),
    addEventListener: (type: string, listener: Listener) => type === 'keydown' && keyListeners.push(listener),
  };
  runInNewContext(script!, { ...globals, window: globals });
  return {
    drawn,
    frame,
    key: (key) => {
      for (const listener of keyListeners) listener({ key, target: {}, preventDefault: () => undefined });
    },
    element,
    text: (id) => element(id).allText(),
    labels: () => labels,
  };
}
