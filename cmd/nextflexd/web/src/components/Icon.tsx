/** Icon draws one path of 24 x 24 px in the colour of the text. Its meaning stands beside it, or in the label of the button around it. */
export function Icon({ path, size = 24 }: { path: string; size?: number }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden focusable="false">
      <path d={path} />
    </svg>
  )
}
