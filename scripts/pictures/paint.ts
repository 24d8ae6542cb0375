import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export type Scheme = 'light' | 'dark';
export type Painter = (summary: string, picture: string, scheme: Scheme, tallest?: number) => void;

/** Not among the dependencies: nobody but who makes pictures needs them. */
const packages = ['marked@18.2.1', 'mermaid@11.12.1', 'github-markdown-css@5.9.0'];
const pageWidth = 960;
/** Mermaid draws by timers; they are run as fast as they can be. */
const drawingMs = 20_000;

export function preparePainter(): Painter {
  const folder = resolve('.tmp', 'painter');
  mkdirSync(folder, { recursive: true });
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, ...packages], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const library = (file: string) => join(folder, 'node_modules', file);
  const { marked } = createRequire(library('x'))('marked') as {
    readonly marked: { readonly parse: (markdown: string) => string };
  };
  return (summary, picture, scheme, tallest = Number.MAX_SAFE_INTEGER) => {
    const css = readFileSync(library(`github-markdown-css/github-markdown-${scheme}.css`), 'utf8');
    const page = pageOf({
      html: marked.parse(summary),
      css,
      mermaid: library('mermaid/dist/mermaid.min.js'),
      scheme,
      tallest,
    });
    photograph(page, resolve(picture));
  };
}

function pageOf(options: {
  readonly html: string;
  readonly css: string;
  readonly mermaid: string;
  readonly scheme: Scheme;
  readonly tallest: number;
}): string {
  const { html, css, mermaid, scheme, tallest } = options;
  const theme = scheme === 'dark' ? 'dark' : 'default';
  return `<!doctype html><meta charset="utf-8"><style>${css}
    body { margin: 0; background: ${scheme === 'dark' ? '#0d1117' : '#fff'} }
    article { width: ${pageWidth}px; padding: 24px 32px; box-sizing: border-box }
    pre.mermaid { background: none; text-align: center }
  </style><article class="markdown-body">${html}</article>
  <script src="file://${mermaid}"></script>
  <script>
    for (const code of document.querySelectorAll('code.language-mermaid')) {
      const drawn = document.createElement('pre');
      drawn.className = 'mermaid';
      drawn.textContent = code.textContent;
      code.parentElement.replaceWith(drawn);
    }
    mermaid.initialize({ startOnLoad: false, theme: '${theme}' });
    mermaid.run().finally(() => {
      const height = document.querySelector('article').getBoundingClientRect().height;
      const headings = [...document.querySelectorAll('h3')].map((each) => each.getBoundingClientRect().top);
      const ends = [height, ...headings].filter((end) => end <= ${tallest});
      document.title = 'height ' + Math.floor(Math.max(...ends));
    });
  </script>`;
}

/** Twice: the first look tells how high the page is. */
function photograph(page: string, picture: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'picture-'));
  try {
    const file = join(folder, 'page.html');
    writeFileSync(file, page);
    const height = /<title>height (\d+)<\/title>/.exec(browse(folder, ['--dump-dom', `file://${file}`]))?.[1];
    if (height === undefined) throw new Error(`Mermaid did not draw what is meant for ${picture}`);
    const size = `--window-size=${pageWidth},${height}`;
    browse(folder, [size, '--hide-scrollbars', `--screenshot=${picture}`, `file://${file}`]);
    execFileSync('pngquant', ['--force', '--speed', '1', '--strip', '--ext', '.png', '64', '--', picture]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function browse(profile: string, args: readonly string[]): string {
  return execFileSync(
    'chromium',
    [
      '--headless',
      // A container has no rights to make a sandbox, and the page is our own.
      '--no-sandbox',
      '--disable-gpu',
      // Coloured edges of letters make a picture twice as large.
      '--disable-lcd-text',
      `--user-data-dir=${join(profile, 'profile')}`,
      `--virtual-time-budget=${drawingMs}`,
      ...args,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024 },
  );
}
