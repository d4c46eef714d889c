import type en from '../en/posts'

const texts: Record<keyof typeof en, string> = {
}
export default texts
