// Shows the mark and the name.
export function Brand() {
  return (
    <span className="brand">
      <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
        <circle cx="12" cy="12" r="10.5" fill="none" stroke="currentColor" strokeWidth="1.6" />
        <circle cx="12" cy="12" r="3" fill="none" stroke="currentColor" strokeWidth="1.6" />
        <circle cx="12" cy="5.6" r="1.5" fill="currentColor" />
        <circle cx="17.5" cy="15.2" r="1.5" fill="currentColor" />
        <circle cx="6.5" cy="15.2" r="1.5" fill="currentColor" />
      </svg>
      Reelproof
    </span>
  );
}
