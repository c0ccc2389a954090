/** What a form is about, as a sign beside its word; a family that has none here has a sheet. */
const signs: Readonly<Record<string, string>> = {
  clarification: 'M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 18h.01',
  notice: 'M4 9v6h4l7 4V5L8 9zM19 9a5 5 0 0 1 0 6',
  accident: 'M12 3 2 20h20zM12 10v4M12 17h.01',
  activity: 'M3 17l6-6 4 4 8-9M15 6h6v6',
  area: 'M4 7l8-4 8 4v10l-8 4-8-4z',
  movement: 'M3 16V7h11v9M14 10h4l3 3v3h-7M7 18a2 2 0 1 0 0-.01M17 18a2 2 0 1 0 0-.01',
  claim: 'M5 4v17M5 5h13l-3 4 3 4H5',
  statement: 'M4 5h16v11H9l-5 4z',
  admission: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21a8 8 0 0 1 16 0',
};

export function FamilySign({ family }: { family: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.800"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={Object.hasOwn(signs, family) ? signs[family] : 'M6 3h9l4 4v14H6zM9 12h7M9 16h7'} />
    </svg>
  );
}
