import { unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';

const LOOK = EditorView.theme({
  '&': { color: 'inherit', backgroundColor: 'transparent', fontSize: '0.875rem' },
  '&.cm-editor.cm-focused': { outline: '2px solid currentcolor' },
  '.cm-scroller': { maxHeight: '30rem', overflow: 'auto' },
  '.cm-changeGutter': { width: '4px', paddingInlineStart: '1px' },
  '.cm-insertedLine, .cm-changedLine': { backgroundColor: 'var(--diff-after)' },
  '.cm-deletedChunk': { backgroundColor: 'var(--diff-before)' },
  '.cm-deletedChunk .cm-deletedLine': { textDecoration: 'none' },
  '.cm-changedText, .cm-deletedText': { background: 'none', fontWeight: 'bold', textDecoration: 'underline' },
  '.cm-collapsedLines': { color: 'inherit', background: 'none', border: '1px dashed currentcolor' },
});

/** How far a text is another, line by line; to be read. */
export default function TextDiff({ before, after, label }: { before: string; after: string; label: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const host = place.current;
    if (host === null) {
      return;
    }
    // A document's styles are files of ours, says the page's policy. What lies in a shadow root may have sheets that are made here.
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: after,
        extensions: [
          EditorState.readOnly.of(true),
          EditorView.editable.of(false),
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
          EditorView.lineWrapping,
          unifiedMergeView({
            original: before,
            mergeControls: false,
            highlightChanges: true,
            syntaxHighlightDeletions: false,
            collapseUnchanged: { margin: 3, minSize: 6 },
          }),
          LOOK,
        ],
      }),
    });
    return () => view.destroy();
  }, [before, after, label]);
  return <div className="text-diff" ref={place} />;
}
