"""Formats log records through handlers and filters of the logging package."""
import io
import logging


class Redact(logging.Filter):
    def filter(self, record):
        record.user = f"user{record.args[0] % 10}" if record.args else "-"
        return True


def main():
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(user)s %(message)s"))
    handler.addFilter(Redact())
    root = logging.getLogger("service")
    root.propagate = False
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    loggers = [logging.getLogger(f"service.part{number}") for number in range(20)]
    for number in range(100_000):
        logger = loggers[number % 20]
        logger.info("request %d took %.2f ms for %s", number, number / 7, {"path": f"/item/{number}"})
        logger.debug("not shown %d", number)
    print(len(output.getvalue()))


if __name__ == "__main__":
    main()
