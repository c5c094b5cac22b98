/**
 * The script and the style of the HTML report, uPlot included. They stand in the folder `pages/report`; scripts/build.mjs
 * bundles them and puts them here, and so does tests/support/pageAssets.js. Without that, nothing loads this module.
 *
 * @since 0.1.0
 */

/** @internal */
export declare const script: string
/**
 * The digest of the script: no other script may run in the page.
 *
 * @internal
 */
export declare const scriptDigest: string
/** @internal */
export declare const style: string
