"""Tables in and out, and registers to print."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from digitizer.cli.call import Call, refused, said
from digitizer.errors import Exit
from digitizer.i18n import gettext, ngettext
from digitizer.registers.writing import write_register
from digitizer.tables.exporting import export_table
from digitizer.tables.importing import TableReport, import_table
from digitizer.tables.rows import CellFault


def record_import_table(call: Call) -> Exit:
    arguments = call.arguments
    with call.workspace() as workspace:
        report = import_table(
            workspace, arguments.file, profile=arguments.profile, under=arguments.under, files=arguments.files,
            dry_run=arguments.dry_run, task=call.task,
        )  # fmt: skip
    document: dict[str, Any] = {
        "created": report.created,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "refused": [asdict(fault) for fault in report.refused],
        "lacking": [asdict(lacking) for lacking in report.lacking],
        "unused": [asdict(unused) for unused in report.unused],
        "files": report.named_images,
        "dry_run": arguments.dry_run,
    }
    if report.images is not None:
        document["images"] = {
            "imported": [
                {"path": str(each.path), "sha256": each.sha256, "pages": list(each.pages)}
                for each in report.images.imported
            ],
            "refused": [{"path": str(error.path), **refused(error)} for error in report.images.refused],
            "duplicates": [{"path": str(each.path), "of": each.of} for each in report.images.duplicates],
        }
    call.output.answer(document, *_lines(report, arguments.dry_run))
    if report.refused:
        call.output.aside(
            ngettext(
                "{count} cell is refused: nothing was imported. Correct it and import again.",
                "{count} cells are refused: nothing was imported. Correct them and import again.",
                len(report.refused),
            ).format(count=len(report.refused))
        )
        return Exit.REFUSED
    return Exit.DONE if report.images is None else said(call, report.images.refused)


def record_export_table(call: Call) -> Exit:
    arguments = call.arguments
    with call.workspace() if arguments.template else call.existing() as workspace:
        report = export_table(
            workspace, arguments.file, codes=[*arguments.records, *arguments.under], profile=arguments.profile,
            template=arguments.template, task=call.task,
        )  # fmt: skip
    left = gettext("{count} records of other profiles are left out: name theirs with --profile, or write XLSX.")
    withheld = gettext("{count} records are top secret: what they are about is left out.")
    call.output.answer(
        {
            "path": str(report.path),
            "sheets": [{"name": name, "rows": rows} for name, rows in report.sheets],
            "left_out": report.left_out,
            "withheld": report.withheld,
        },
        *(gettext("{name}: {rows} rows").format(name=name, rows=rows) for name, rows in report.sheets),
        *([left.format(count=report.left_out)] if report.left_out else []),
        *([withheld.format(count=report.withheld)] if report.withheld else []),
    )
    return Exit.DONE


def record_register(call: Call) -> Exit:
    arguments = call.arguments
    with call.existing() as workspace:
        report = write_register(
            workspace, arguments.kind, arguments.file, under=arguments.under, year=arguments.year, task=call.task
        )
    call.output.answer(
        {"path": str(report.path), "lists": report.lists, "rows": report.rows, "pages": report.pages},
        gettext("Written: {path} (lists: {lists}, rows: {rows})").format(
            path=report.path, lists=report.lists, rows=report.rows
        ),
    )
    return Exit.DONE


def _lines(report: TableReport, dry_run: bool) -> list[str]:
    lines = [_cell_line(fault) for fault in report.refused]
    for unused in report.unused:
        if unused.column:
            text = (
                gettext("Left out: sheet “{sheet}”, column {column}: “{heading}” is no heading that is known.")
                if unused.sheet
                else gettext("Left out: column {column}: “{heading}” is no heading that is known.")
            )
        else:
            text = gettext("Left out: sheet “{sheet}”: it is hidden or holds no table.")
        lines.append(text.format(sheet=unused.sheet, column=unused.column, heading=unused.heading))
    for lacking in report.lacking:
        text = (
            ngettext(
                "Still to be filled in: “{heading}” in {count} row of “{sheet}”, such as row {row}.",
                "Still to be filled in: “{heading}” in {count} rows of “{sheet}”, such as row {row}.",
                len(lacking.rows),
            )
            if lacking.sheet
            else ngettext(
                "Still to be filled in: “{heading}” in {count} row, such as row {row}.",
                "Still to be filled in: “{heading}” in {count} rows, such as row {row}.",
                len(lacking.rows),
            )
        )
        lines.append(
            text.format(heading=lacking.heading, count=len(lacking.rows), sheet=lacking.sheet, row=lacking.rows[0])
        )
    if report.refused:
        return lines
    counts = {"made": len(report.created), "changed": len(report.changed), "same": report.unchanged}
    if dry_run:
        text = gettext("Would be made: {made} records; changed: {changed}; unchanged: {same}")
    else:
        text = gettext("Made: {made} records; changed: {changed}; unchanged: {same}")
    lines.append(text.format(**counts))
    if report.images is not None:
        count = len(report.images.imported)
        lines.append(ngettext("{count} file brought in", "{count} files brought in", count).format(count=count))
    elif report.named_images and not dry_run:
        text = gettext("The table names {count} images: give their folder with --files to bring them in.")
        lines.append(text.format(count=report.named_images))
    return lines


def _cell_line(fault: CellFault) -> str:
    cell = gettext("{sheet}, row {row}, column {column} “{heading}”")
    where = cell if fault.column else gettext("{sheet}, row {row}")
    place = where.format(sheet=fault.sheet or "CSV", row=fault.row, column=fault.column, heading=fault.heading)
    value = f"  [{fault.value[:60]}]" if fault.value else ""
    return f"{place}: {fault.message}{value}"
