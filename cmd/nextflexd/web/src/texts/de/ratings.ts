import type en from '../en/ratings'

const texts: Record<keyof typeof en, string> = {
}
export default texts
