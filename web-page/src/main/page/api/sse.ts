/** What a server-sent event stream has said: an event, or, without data, a sign of life. */
export type Said = { id: string; data: string };

/** Reads the text of a stream as it comes, in pieces of any size. */
export class SseReader {
  private rest = '';
  private data: string[] = [];
  private id = '';

  /** The events that this piece completes. */
  read(piece: string): Said[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    const said: Said[] = [];
    for (const line of lines) {
      if (line === '') {
        if (this.data.length > 0) {
          said.push({ id: this.id, data: this.data.join('\n') });
        }
        this.data = [];
      } else if (line.startsWith('data:')) {
        this.data.push(line.slice(line.charAt(5) === ' ' ? 6 : 5));
      } else if (line.startsWith('id:')) {
        this.id = line.slice(line.charAt(3) === ' ' ? 4 : 3);
      }
    }
    return said;
  }
}
