/** pause lets the page answer to scrolling and typing, or waits for a time in milliseconds. */
export const pause = (time = 0) => new Promise<void>((resolve) => setTimeout(resolve, time))
