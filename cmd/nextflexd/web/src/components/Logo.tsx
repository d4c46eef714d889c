/** Logo is the site's sign, an N cut of film with the lights of two projectors, and its name. */
export function Logo() {
  return (
    <>
      <svg viewBox="0 0 64 64" width="36" height="36" aria-hidden focusable="false">
        <rect width="64" height="64" rx="15" fill="#1d1533" />
        <path d="M15 49V15h8l18 21.5V15h8v34h-8L23 27.5V49z" fill="#ffb454" />
        <circle cx="19" cy="49" r="4" fill="#ff6f61" />
        <circle cx="45" cy="15" r="4" fill="#ff6f61" />
      </svg>
      <span className="heading-small">NextFlex</span>
    </>
  )
}
