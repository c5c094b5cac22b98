// uPlot reads this when it is loaded. Canvases get at least twice the pixels of a plain screen, so that print is sharp.
const ratio = Math.max(2, window.devicePixelRatio)
Object.defineProperty(window, 'devicePixelRatio', { get: () => ratio, configurable: true })

export {}
