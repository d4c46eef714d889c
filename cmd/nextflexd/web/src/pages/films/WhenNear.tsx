import { startTransition, useEffect, useRef, useState, type ReactNode } from 'react'

/** WhenNear waits with a part of a page until it is nearly in view. className keeps its place meanwhile. */
export function WhenNear({ className, children }: { className: string; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  const [near, setNear] = useState(false)
  useEffect(() => {
    if (!place.current) return
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && startTransition(() => setNear(true)), { rootMargin: '200px' })
    watch.observe(place.current)
    return () => watch.disconnect()
  }, [])
  return near ? children : <div ref={place} className={className} />
}
