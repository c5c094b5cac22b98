export const picture = () => ''
