/** How long the browser may take to begin with a file before it is let go. */
const hold = 60_000;

/** Hands a file to the browser, to be saved and never opened here. */
export function saveBlob(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), hold);
}

/** The same for what this page wrote itself. */
export const save = (name: string, type: string, content: BlobPart): void =>
  saveBlob(name, new Blob([content], { type }));
