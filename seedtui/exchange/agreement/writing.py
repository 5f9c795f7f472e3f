"""Writing how far completions agree, in any of the formats."""

from __future__ import annotations

from seedtui.exchange.agreement.report import AgreementFormat, AgreementReport


def write_agreement(report: AgreementReport, format: AgreementFormat, *, width: int = 100) -> str:
    """Write a report as one document, which ends with a line feed.

    All of it is displayable, whatever is in the report; only CSV ends its lines with a carriage return, too.

    Args:
        report: What to write.
        format: One of `AGREEMENT_FORMATS`.
        width: Cells in a line of text.
    """
    if format == "json":
        from seedtui.exchange.agreement.json import report_json
        from seedtui.exchange.jsonl import dumps

        return dumps(report_json(report)) + "\n"
    if format == "csv":
        from seedtui.exchange.agreement.csv import agreement_csv

        return agreement_csv(report)
    if format == "markdown":
        from seedtui.exchange.agreement.markdown import agreement_markdown

        return agreement_markdown(report)
    from seedtui.exchange.agreement.text import agreement_text

    return agreement_text(report, width)
