import {
  autocompletion,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { forceLinting, forEachDiagnostic, linter, nextDiagnostic, type Diagnostic } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { faults, offers } from '../model/campaignHelp';
import type { FieldProblem } from '../model/types';

/** How long a person has stopped to write before the text is read, in milliseconds. */
const PAUSE = 400;

const LOOK = EditorView.theme({
  '&': { color: 'inherit', backgroundColor: 'transparent', fontSize: '0.875rem' },
  '&.cm-editor.cm-focused': { outline: '2px solid currentcolor' },
  '.cm-content': { caretColor: 'currentcolor', minHeight: '20rem' },
  '.cm-scroller': { maxHeight: '36rem', overflow: 'auto', fontFamily: 'var(--pf-t--global--font--family--mono)' },
  '.cm-gutters': { color: 'inherit', backgroundColor: 'transparent', borderInlineEnd: '1px solid var(--edge)' },
  '.cm-tooltip': { color: 'inherit', backgroundColor: 'var(--ground)', border: '1px solid var(--edge)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    color: 'var(--ground)',
    backgroundColor: 'var(--pf-t--global--text--color--regular)',
  },
  '.cm-completionInfo': { maxWidth: 'min(24rem, 80vw)' },
  '.cm-completionDetail': { fontStyle: 'normal', marginInlineStart: '1em' },
  // The editor's own line is an image in the style sheet, which the page's policy does not load.
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy' },
  '.cm-diagnostic-error': { borderInlineStart: '5px solid var(--pf-t--global--color--status--danger--default)' },
});

/** A campaign file to be written: it offers what can stand at a place, and marks what is wrong as it is written. */
export default function CampaignEditor({
  text,
  problems,
  onChange,
}: {
  /** The text; another one than was written here takes its place. */
  text: string;
  /** What the planner has found wrong with this text. */
  problems: readonly FieldProblem[];
  onChange: (text: string) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const latest = useRef({ text, problems, onChange });

  useEffect(() => {
    const host = place.current;
    if (host === null) {
      return;
    }
    // See TextDiff: the sheets of an editor are made here, and may be so in a shadow root.
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          EditorView.contentAttributes.of({ 'aria-label': 'Campaign file', spellcheck: 'false' }),
          EditorView.lineWrapping,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) {
              latest.current.onChange(update.state.doc.toString());
            }
          }),
          lineNumbers(),
          history(),
          autocompletion({ override: [complete], icons: false }),
          linter((view) => diagnostics(view.state, latest.current.problems), { delay: PAUSE }),
          keymap.of([{ key: 'F8', run: nextFault }, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          Prec.high(LOOK),
        ],
      }),
    });
    editor.current = view;
    return () => {
      editor.current = null;
      view.destroy();
    };
  }, []);

  useEffect(() => {
    latest.current = { text, problems, onChange };
    const view = editor.current;
    if (view !== null && view.state.doc.toString() !== text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    }
  }, [text, problems, onChange]);
  useEffect(() => {
    if (editor.current !== null) {
      forceLinting(editor.current);
    }
  }, [problems]);

  return <div className="text-diff" ref={place} />;
}

function complete(context: CompletionContext): CompletionResult | null {
  const { from, offers: all } = offers(context.state.sliceDoc(0, context.pos));
  if (all.length === 0 || (!context.explicit && from === context.pos)) {
    return null;
  }
  return {
    from,
    validFor: /^[\w-]*$/,
    options: all.map(({ text, put, detail, meaning }) => ({
      label: text,
      apply: put,
      detail,
      ...(meaning === '' ? {} : { info: meaning }),
    })),
  };
}

/** Goes to the next thing that is wrong. It is shown there, and said to whoever does not see it. */
function nextFault(view: EditorView): boolean {
  if (!nextDiagnostic(view)) {
    return false;
  }
  const { main } = view.state.selection;
  forEachDiagnostic(view.state, ({ message }, from) => {
    if (from === main.from) {
      view.dispatch({ effects: EditorView.announce.of(message) });
    }
  });
  return true;
}

function diagnostics({ doc }: EditorState, problems: readonly FieldProblem[]): Diagnostic[] {
  const own = faults(doc.toString());
  const lines = new Set(own.map(({ from }) => doc.lineAt(from).number));
  const told = problems.flatMap(({ line, message }) => {
    if (line === undefined || line > doc.lines || lines.has(line)) {
      return [];
    }
    const { from, to } = doc.line(line);
    return [{ from, to, message }];
  });
  return [...own, ...told].map((fault) => ({ ...fault, severity: 'error' }));
}
