"""CSV: good rows are kept, bad ones named with their line, and a lost quote swallows nothing."""

import csv
import io
import time

from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.launches.lists import bad, names, only, read_as


def test_cells_become_fields_and_stay_text():
    launch = only(read_as("table", "Name, url ,stars,launched\nQuill,https://q.example,=1+1,2026\n"))
    assert (launch.name, launch.url, launch.launched, launch.facts) == (
        "Quill",
        "https://q.example",
        "2026",
        (("stars", "=1+1"),),
    )


def test_a_cell_may_hold_commas_quotes_and_lines():
    launch = only(read_as("table", 'name,text\r\nQuill,"Makes ""slides"",\r\nfrom notes."\r\n'))
    assert launch.text == 'Makes "slides",\nfrom notes.'


def test_semicolons_and_tabs_separate_too():
    assert names(read_as("table", "name;url\nA, B;https://a.example\n")) == ["A, B"]
    assert names(read_as("table", "\ufeffname\turl\nA\t\n")) == ["A"]


def test_bad_rows_are_named_and_good_ones_kept():  # E06
    rows = [
        b"name,url,tagline",
        b"A,,",
        b"ragged,",
        b"too,,many,cells",
        b"caf\xe9,,",
        b"nul\0,,",
        b"",
        b",,no name",
        b'"open,https://x.example,',
        b"B,,",
        b'"closed" x,,',
        b"C,,last",
    ]
    found = read_as("table", b"\n".join(rows))
    assert names(found) == ["A", "B", "C"]
    assert [message.split(" (")[0] for message in bad(found)] == [
        "list:3: has 2 cells, the header names 3 columns",
        "list:4: has 4 cells, the header names 3 columns",
        "list:5: is not UTF-8",
        "list:6: holds a NUL byte",
        "list:8: has no name",
        "list:9: is no CSV: ',' expected after '\"'",
        "list:11: is no CSV: ',' expected after '\"'",
    ]


def test_an_unterminated_quote_costs_only_its_own_row():
    rows = "".join(f"Tool {n},x\n" for n in range(5_000))
    found = read_as("table", f'name,tagline\n"lost,x\n{rows}')
    assert bad(found) == [
        'list:2: a quote is opened and never closed (a quote within a cell is written twice: "")'
    ]
    assert names(found) == [f"Tool {n}" for n in range(5_000)]


def test_rows_that_all_lose_a_quote_take_linear_time():
    started = time.monotonic()
    assert len(read_as("table", "name,tagline\n" + 'x",",\n' * 20_000)) == 20_000
    assert time.monotonic() - started < 5


def test_a_file_without_a_name_column_is_refused_once():
    assert bad(read_as("table", "title,url\nA,b\nC,d\n"))[0].startswith(
        "list:1: has no column `name`; nothing"
    )
    assert bad(read_as("table", "name,url,url\nA,b,c\n"))[0].startswith(
        "list:1: names the column 'url' twice"
    )
    assert bad(read_as("table", ""))[0].startswith("list: is empty")


def test_a_cell_too_long_for_csv_is_named():
    found = read_as("table", f"name,text\nA,{'x' * 140_000}\nB,\n")
    assert bad(found)[0].startswith("list:2: a cell has over 131,072 characters (put the text into a file")
    assert names(found) == ["B"]


@given(st.lists(st.tuples(st.text("aé\"',;\n x", max_size=8), st.text("aé\"', \n", max_size=8)), max_size=15))
def test_what_a_csv_writer_wrote_is_read_row_by_row(rows):
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["name", "text"])
    writer.writerows(rows)
    found = read_as("table", stream.getvalue())
    assert len(found) == len(rows)
    assert names(found) == [" ".join(name.split()) for name, _ in rows if name.strip()]
