"""Renders tables of HTML from a small template engine: closures, generators and joins."""
import html


def element(tag, *children, **attributes):
    marks = "".join(f' {name}="{html.escape(str(value))}"' for name, value in attributes.items())
    return f"<{tag}{marks}>{''.join(children)}</{tag}>"


def row(number, columns):
    cells = (element("td", html.escape(f"<{number}&{column}>"), width=column) for column in range(columns))
    return element("tr", *cells, id=f"row{number}", odd=number % 2)


def page(rows, columns):
    body = element("table", *(row(number, columns) for number in range(rows)), border=1)
    return element("html", element("head", element("title", "report")), element("body", body))


def main():
    print(sum(len(page(400, 12)) for _ in range(120)))


if __name__ == "__main__":
    main()
