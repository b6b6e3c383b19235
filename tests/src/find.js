// Finds the one element of a kind ("field", or an ARIA role) by its accessible name: the name itself or, where nothing
// has it, what starts with it ("My work" finds "My work, 4 drafts"). Says which names there were, so that a failure explains itself.
const [kind, wanted] = arguments;
const dom = window.TestingLibraryDom;
const plain = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const all = (matches) => {
  const name = (text) => matches(plain(text));
  const found = kind === 'field' ? dom.queryAllByLabelText(document.body, name) : dom.queryAllByRole(document.body, kind, { name });
  return found.filter((element) => !dom.isInaccessible(element));
};
let found = all((name) => name === wanted);
if (found.length === 0) found = all((name) => name.startsWith(wanted));
const names = [];
if (found.length !== 1) all((name) => name && names.push(name) && false);
return { element: found.length === 1 ? found[0] : null, count: found.length, names: [...new Set(names)] };
