import type { Section } from './statements.ts';

/** What people can rely on in the console and on the connect page. The numbers are never given again. */
export const behaviours: readonly Section[] = [
  {
    title: 'Console',
    statements: [
      {
        number: 'A1',
        claim: 'A status is a word, a sign and a colour, and nothing is green without a recent proof',
      },
      {
        number: 'A2',
        claim:
          'When a token is refreshed and ends, ticking, with the exact time in UTC; or that nobody knows',
      },
      {
        number: 'A3',
        claim:
          'Everything about a credential: made, used and by which run, refreshed, version, account, scopes',
      },
      { number: 'A4', claim: 'How many credentials need someone, who can mend it first, with a way to each' },
      {
        number: 'A5',
        claim: 'A time line per credential with the attempts of each authorization, in one order',
      },
      { number: 'A6', claim: 'Automatic refreshes and checks are in it, failed ones included' },
      {
        number: 'A7',
        claim: 'Reconnect on the same credential, a link for somebody else, another account explained',
      },
      {
        number: 'A8',
        claim: 'What is done to a credential shows in place how it goes: queued, running, result',
      },
      {
        number: 'A9',
        claim: 'No secret reaches the console: not the page, not the network, not the storage',
      },
      { number: 'A10', claim: 'What is shown once is copied, confirmed as stored, and never shown again' },
      {
        number: 'A11',
        claim: 'Removing says when it was last used and what happens at the provider, and shows what did',
      },
      { number: 'A12', claim: 'There is exactly one default, and a change of it is in every tab' },
      {
        number: 'A13',
        claim:
          'An OAuth client: redirect URI to copy, mode, secret kept, what hangs on it, a banner when it is refused',
      },
      {
        number: 'A14',
        claim: 'A change made elsewhere is visible within a second, and focus, scroll and menus stay',
      },
      { number: 'A15', claim: 'New rows never push a list; a fixed time range is never live' },
      {
        number: 'A16',
        claim: 'Whether the page is live is visible; a cut resumes without a gap; without a stream it polls',
      },
      { number: 'A17', claim: 'Ten tabs work and have one stream' },
      {
        number: 'A18',
        claim: 'Queues with what waits, runs and failed, each number leading to its list, on both transports',
      },
      { number: 'A19', claim: 'Four charts; dragging chooses a period' },
      {
        number: 'A20',
        claim: 'Cancel or retry one, many or all that match: counted before, told after, harmless twice',
      },
      { number: 'A21', claim: 'That no worker runs, and the command to start one' },
      { number: 'A22', claim: 'Filters, sort, page and period are in the address' },
      { number: 'A23', claim: 'Nothing yet, nothing that matches and a failure are told apart' },
      {
        number: 'A24',
        claim: 'Skeletons of the final shape, what was read stays; 10,000 credentials stay usable',
      },
      { number: 'A25', claim: 'Palette, keys for rows and search, off inside inputs; everything by Tab' },
      { number: 'A26', claim: 'Every action as curl and for the command line' },
      { number: 'A27', claim: 'Light, dark or as the system; axe finds nothing; nothing foreign is asked' },
      {
        number: 'A28',
        claim: 'The audit: filters, before and after, export, and how far the chain was verified',
      },
      {
        number: 'A29',
        claim: 'What one may not do is visible, disabled, with the reason; the server refuses it too',
      },
      {
        number: 'A30',
        claim:
          'An error has title, code, request id and a page about it; the end of a session keeps the address',
      },
    ],
  },
  {
    title: 'Connect page and windows',
    statements: [
      { number: 'C1', claim: 'The window opens in the click, on our own address' },
      { number: 'C2', claim: 'A blocked window is noticed at once, and there are two other ways' },
      { number: 'C3', claim: 'One window per authorization; beginning again makes no second credential' },
      { number: 'C4', claim: 'The window keeps its opener' },
      { number: 'C5', claim: 'It fits the screen; phones and installed apps use the tab' },
      {
        number: 'C6',
        claim: 'In the tab the same, with the outcome and nothing secret in the return address',
      },
      { number: 'C7', claim: 'Return address and origins are checked when the session is made' },
      { number: 'C8', claim: 'Browsers inside apps are told to open another one' },
      { number: 'C9', claim: 'A provider that cuts the windows apart changes nothing' },
      { number: 'C10', claim: 'A window that seems closed cancels nothing' },
      { number: 'C11', claim: 'A closed window gives a hint within two seconds' },
      { number: 'C12', claim: 'A late success still wins' },
      { number: 'C13', claim: 'Success is what the server says' },
      { number: 'C14', claim: 'Messages go to and come from one exact origin, about one authorization' },
      { number: 'C15', claim: 'All channels together tell of one connection' },
      { number: 'C16', claim: 'The callback page closes itself after a success and stays after a failure' },
      { number: 'C17', claim: 'The callback page is one document, and works without JavaScript' },
      { number: 'C18', claim: 'Every kind of page has its headers' },
      { number: 'C19', claim: 'A product page that isolates itself works by polling, and is told so once' },
      { number: 'C20', claim: 'In a frame it works with third-party cookies and storage blocked' },
      { number: 'C21', claim: 'A tab that was suspended is right at once when the person is back' },
      { number: 'C22', claim: 'Reloading resumes' },
      { number: 'C23', claim: 'Scanners of links consume nothing' },
      { number: 'C24', claim: 'Whoever did not begin sees whose workspace gets access, and must confirm' },
      { number: 'C25', claim: 'Expired, used and unknown links say what to ask for' },
      {
        number: 'C26',
        claim: 'The key form is drawn from the definition, masks secrets, and loses nothing that was typed',
      },
      { number: 'C27', claim: 'Every failure has its text, who must act, and one button' },
      {
        number: 'C28',
        claim: 'Dialogs take, keep and give back the focus; axe finds nothing; 320 px are enough',
      },
      { number: 'C29', claim: 'Colours, one accent that stays readable, and the language of the person' },
      {
        number: 'C30',
        claim: 'Opening twice mounts one frame, closing leaves nothing; nothing foreign is asked',
      },
    ],
  },
];
