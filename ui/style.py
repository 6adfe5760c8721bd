"""How the window looks: Fusion in a calm light palette, icons of our own. Text meets WCAG AA (contrast 4.5:1)."""

from __future__ import annotations

from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication

import resources

INK = QColor("#1d262b")
MUTED = QColor("#55616a")
GROUND = QColor("#f2f4f3")
PAPER = QColor("#ffffff")
LINE = QColor("#c6cdd0")
ACCENT = QColor("#155a83")
CHOSEN = QColor("#cde1ee")
"""Behind what is selected; always with a frame or a bar in ACCENT."""
DESK = QColor("#868f95")
"""Behind the page: dark enough for white paper to stand out."""
GOOD = QColor("#1e6b35")
WARNING = QColor("#8a5300")
BAD = QColor("#a8201a")
MARK = QColor(255, 216, 0)
"""Fill of a found word; always with a frame, so that colour is never the only sign."""
MARK_FRAME = QColor("#7a1f00")
SELECTION = QColor(21, 90, 131, 70)

_SHEET = """
QToolBar {{ border: none; border-bottom: 1px solid {line}; padding: 3px 6px; spacing: 2px; background: {paper}; }}
QToolBar QToolButton {{ padding: 4px 7px; border-radius: 4px; border: 1px solid transparent; }}
QToolBar QToolButton:hover:enabled {{ background: {ground}; border-color: {line}; }}
QToolBar QToolButton:focus {{ border-color: {accent}; }}
QToolBar QToolButton:checked {{ background: #dfeaf1; border-color: {accent}; }}
QToolBar::separator {{ width: 1px; background: {line}; margin: 5px 6px; }}
QMenuBar {{ background: {paper}; }}
QMenuBar::item {{ padding: 4px 9px; background: transparent; }}
QMenuBar::item:selected {{ background: #dfeaf1; }}
QStatusBar {{ background: {paper}; border-top: 1px solid {line}; }}
QStatusBar::item {{ border: none; }}
QSplitter::handle {{ background: {line}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QTreeView, QListView, QTableView, QPlainTextEdit {{
    border: 1px solid {line}; border-radius: 3px; background: {paper}; }}
QTreeView:focus, QListView:focus, QTableView:focus, QPlainTextEdit:focus {{ border-color: {accent}; }}
QTreeView::item, QTableView::item {{ padding: 3px 2px; }}
QListView#tasks {{ border: none; background: transparent; }}
QListView#tasks::item {{ padding: 4px 6px; border-left: 3px solid transparent; }}
QListView#tasks::item:selected {{ background: {chosen}; color: {ink}; border-left: 3px solid {accent}; }}
QStatusBar QLabel#place {{ padding: 0 8px; }}
QListView#filmstrip {{ border: 2px solid #dde2e4; border-radius: 0; background: #dde2e4; }}
QListView#filmstrip:focus {{ border: 2px solid {accent}; }}
QGraphicsView#canvas {{ border: 2px solid {desk}; }}
QGraphicsView#canvas:focus {{ border: 2px solid {ink}; }}
QHeaderView::section {{ background: {ground}; border: none; border-bottom: 1px solid {line}; padding: 4px 6px; }}
QLabel[role="heading"] {{ font-weight: bold; color: {ink}; }}
QLabel[role="title"] {{ font-weight: bold; font-size: 15pt; color: {ink}; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="fault"] {{ color: {bad}; background: #fbeceb; border: 1px solid {bad}; border-radius: 3px; padding: 6px; }}
QLabel[wrong="true"] {{ color: {bad}; }}
QToolButton[role="facet"] {{ padding: 2px 16px 2px 6px; border: 1px solid {line}; border-radius: 9px;
    background: {paper}; }}
QToolButton[role="facet"]:checked {{ background: {chosen}; border-color: {accent}; }}
QToolButton[role="facet"]:focus {{ border-color: {accent}; }}
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"] {{ border: 2px solid {bad}; border-radius: 3px; }}
QLabel[role="lacking"] {{ background: #fff8ec; border: 1px solid {line}; border-left: 3px solid {warning};
    border-radius: 3px; padding: 4px 6px; }}
QLabel[role="news"] {{ background: #fff8ec; border: 1px solid {warning}; border-radius: 3px; padding: 5px; }}
QFrame[role="message"] {{ background: {paper}; border: 1px solid {line}; border-left: 4px solid {accent};
    border-radius: 3px; }}
QFrame[role="message"][severity="warning"] {{ border-left-color: {warning}; background: #fff8ec; }}
QFrame[role="message"][severity="error"] {{ border-left-color: {bad}; background: #fdf3f2; }}
QFrame[role="drop"] {{ border: 2px dashed {muted}; border-radius: 6px; background: {paper}; }}
QFrame[role="side"] {{ border: 1px solid {line}; border-radius: 4px; background: {paper}; }}
QPushButton[role="main"] {{ background: {accent}; color: white; border: 1px solid {accent}; border-radius: 4px;
    padding: 6px 14px; font-weight: bold; }}
QPushButton[role="main"]:hover {{ background: #1b6c9c; }}
QPushButton[role="main"]:focus {{ border: 2px solid {ink}; padding: 5px 13px; }}
QPushButton[role="main"]:disabled {{ background: #c3cbcf; border-color: #c3cbcf; color: #4a545a; }}
QPushButton:focus {{ border: 2px solid {accent}; border-radius: 4px; padding: 3px 8px; background: {paper}; }}
QComboBox:focus {{ border: 2px solid {accent}; border-radius: 4px; padding: 2px 6px; background: {paper}; }}
QCheckBox, QRadioButton {{ border: 1px solid transparent; }}
QCheckBox:focus, QRadioButton:focus {{ border-color: {accent}; border-radius: 3px; }}
QTabBar::tab:focus {{ color: {accent}; text-decoration: underline; }}
QProgressBar {{ border: 1px solid {line}; border-radius: 3px; background: {ground}; text-align: center; color: {ink}; }}
QProgressBar::chunk {{ background: #a9cbe0; border-radius: 2px; }}
QToolTip {{ background: {paper}; color: {ink}; border: 1px solid {muted}; padding: 3px; }}
"""


def apply(app: QApplication) -> None:
    """Dress the program. The font stays the system's."""
    app.setStyle("Fusion")
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette(GROUND)
    for which, colour in (
        (role.Window, GROUND), (role.WindowText, INK), (role.Base, PAPER), (role.AlternateBase, QColor("#f7f9f9")),
        (role.Text, INK), (role.Button, QColor("#eceff0")), (role.ButtonText, INK), (role.Highlight, CHOSEN),
        (role.HighlightedText, INK), (role.ToolTipBase, PAPER), (role.ToolTipText, INK), (role.Link, ACCENT),
        (role.PlaceholderText, MUTED), (role.Accent, ACCENT),
    ):  # fmt: skip
        palette.setColor(which, colour)
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, which, QColor("#7d878d"))
    app.setPalette(palette)
    names = {
        "ink": INK, "muted": MUTED, "ground": GROUND, "paper": PAPER, "line": LINE, "accent": ACCENT, "chosen": CHOSEN,
        "bad": BAD, "warning": WARNING, "desk": DESK,
    }  # fmt: skip
    app.setStyleSheet(_SHEET.format(**{name: colour.name() for name, colour in names.items()}))
    app.setWindowIcon(icon("digitizer"))


def icon(name: str) -> QIcon:
    """The icon ``resources/icons/<name>.svg``."""
    return QIcon(str(resources.path(f"icons/{name}.svg")))
