/* Sorting, searching and filtering of each table, and the source cells of a cell. Without this script the page is whole. */
"use strict";
(() => {
  const { words, exhibits, sources } = JSON.parse(document.getElementById("traces").textContent);
  const dialog = document.getElementById("trace");

  function element(name, text, attributes = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  /* What stands in a cell, its rule, what is printed otherwise, and the source cells, each with its literature. */
  function show(cell) {
    const table = cell.closest("table");
    const known = exhibits[table.dataset.exhibit];
    const row = Number(cell.parentNode.dataset.row);
    const trace = known.rows[row][cell.cellIndex];
    const label = known.labels[cell.cellIndex];
    document.getElementById("trace-heading").textContent = `${known.name}, ${words.row} ${row + 1}, ${label}`;
    const body = document.getElementById("trace-body");
    body.replaceChildren(element("p", cell.textContent, { class: "shown", lang: cell.lang || document.documentElement.lang }));
    for (const line of trace.deviations || []) body.append(element("p", line, { class: "deviation" }));
    const rule = known.rules[cell.cellIndex];
    if (rule) body.append(element("p", `${words.rule}: ${rule}`, { class: "rule" }));
    if (!trace.cells.length) body.append(element("p", words.none));
    else {
      const made = element("table", "");
      const caption = element("caption", words.source_cells);
      const head = element("tr", "");
      const noted = trace.cells.some((index) => known.cells[index][5]);
      for (const name of words.headings.slice(0, noted ? 6 : 5)) head.append(element("th", name, { scope: "col" }));
      made.append(caption, element("thead", ""), element("tbody", ""));
      made.tHead.append(head);
      for (const index of trace.cells) {
        const [place, column, said, source, locator, note] = known.cells[index];
        const line = element("tr", "");
        for (const text of [place, column, said || "–"]) line.append(element("td", text));
        const literature = element("td", "");
        literature.append(source in sources ? element("a", source, { href: `#source-${sources[source]}` }) : source);
        line.append(literature, element("td", locator));
        if (noted) line.append(element("td", note));
        made.tBodies[0].append(line);
      }
      const scroll = element("div", "", { class: "scroll", tabindex: "0", role: "group", "aria-label": words.source_cells });
      scroll.append(made);
      body.append(scroll);
    }
    dialog.showModal();
  }

  dialog.addEventListener("click", (event) => {
    if (event.target.closest("a")) dialog.close();
    if (event.target === dialog) dialog.close();
  });

  /* One cell of a table can be tabbed to; the arrows go to the others. */
  function walk(table) {
    let current = null;
    const take = (cell, focus) => {
      if (current) current.tabIndex = -1;
      current = cell;
      if (!cell) return;
      cell.tabIndex = 0;
      if (focus) cell.focus();
    };
    const shown = () => [...table.tBodies[0].rows].filter((row) => row.dataset.row !== undefined);
    const first = () => take(shown()[0]?.cells[0] ?? null, false);
    table.addEventListener("keydown", (event) => {
      const cell = event.target.closest("td");
      if (!cell) return;
      const rows = shown();
      const row = rows.indexOf(cell.parentNode);
      const to = {
        ArrowUp: () => rows[row - 1]?.cells[cell.cellIndex],
        ArrowDown: () => rows[row + 1]?.cells[cell.cellIndex],
        ArrowLeft: () => cell.previousElementSibling,
        ArrowRight: () => cell.nextElementSibling,
        Home: () => cell.parentNode.cells[0],
        End: () => cell.parentNode.cells[cell.parentNode.cells.length - 1],
      }[event.key];
      if (event.key === "Enter" || event.key === " ") show(cell);
      else if (to) take(to() ?? cell, true);
      else return;
      event.preventDefault();
    });
    table.addEventListener("click", (event) => {
      const cell = event.target.closest("td");
      // Who selects text wants to copy it.
      if (!cell || cell.parentNode.dataset.row === undefined || !getSelection().isCollapsed) return;
      take(cell, true);
      show(cell);
    });
    table.setAttribute("role", "grid");
    // Its cells can be reached now, and so can what sticks out.
    for (const name of ["tabindex", "role", "aria-labelledby"]) table.closest(".scroll").removeAttribute(name);
    first();
    return first;
  }

  function prepare(table) {
    const tools = document.querySelector(`.tools[data-for="${table.dataset.exhibit}"]`);
    const known = exhibits[table.dataset.exhibit];
    const status = tools.querySelector("[role=status]");
    const total = table.tBodies[0].rows.length;
    const made = new DataTable(table, {
      paging: false,
      autoWidth: false,
      order: [],
      layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null },
      language: { zeroRecords: words.zero, emptyTable: words.zero, aria: words.sort },
    });
    const selects = [...tools.querySelectorAll("select")];
    made.search.fixed("filters", (text, data, index) =>
      selects.every((select, place) => !select.value || known.keys[place][index].includes(select.value)));
    const first = walk(table);
    made.on("draw", () => {
      const count = made.rows({ search: "applied" }).count();
      status.textContent = words.count.replace("{shown}", count).replace("{total}", total);
      first();
    });
    tools.addEventListener("input", () => made.search(tools.querySelector("input").value).draw());
    tools.addEventListener("submit", (event) => event.preventDefault());
    tools.hidden = false;
    made.draw();
  }

  document.querySelectorAll("table[data-exhibit]").forEach(prepare);
  document.querySelector(".hint").hidden = false;
  document.documentElement.classList.add("ready");
})();
