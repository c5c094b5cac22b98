/** `npm run fleet:poison [-- seeds]` */
import { table } from './poison'

void table(Number(process.argv[2] ?? 8), (line) => console.log(line))
