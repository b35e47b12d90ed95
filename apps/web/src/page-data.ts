/** What the server tells the page that it serves, as it is. */
export function readPageData(): unknown {
  return JSON.parse(document.getElementById('page-data')?.textContent ?? '{}');
}
