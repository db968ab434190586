"""What may happen to a task next: one table of who may do what from which state, and what they must give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .refusals import Conflict, Forbidden, Invalid, sentence
from .task_corrections import Wording, check_adjusted_due, check_not_too_far
from .tasks import OPEN, Workflow


class Side(StrEnum):
    """Who acts: the unit the task was given to, or the side that gave it."""

    UNIT = "unit"
    ASSIGNER = "assigner"


class Action(StrEnum):
    """One hop in the life of a task; every hop is dated and logged with who made it."""

    ASSIGN = "giao"
    ACCEPT = "tiep_nhan"
    REFUSE = "tu_choi"
    REPORT = "bao_cao"
    WITHDRAW = "rut_bao_cao"
    PROGRESS = "tien_do"
    CONFIRM = "xac_nhan"
    RETURN = "tra_lai"
    ASK_EXTENSION = "xin_gia_han"
    EXTEND = "gia_han"
    DECLINE = "khong_dong_y"
    PAUSE = "tam_hoan"
    RESUME = "tiep_tuc"
    CANCEL = "huy"
    MOVE = "chuyen_don_vi"
    REOPEN = "mo_lai"
    # A re-inspection says at the place what came of it, also where the unit has not reported.
    SETTLE = "ghi_nhan_tai_cho"
    UNMET = "chua_dat"
    # The unit takes back what it asked for, before anybody answered.
    RECALL = "rut_de_nghi"
    # The assigning side puts right what it gave: its words, its due date.
    CORRECT = "dinh_chinh"
    ADJUST = "dieu_chinh_han"
    # The assigning side takes back its last decision, as if it had not been made.
    UNDO = "hoan_tac"
    # Another office goes on as the assigner, for the one that gave the task has ended; nobody presses that.
    ADOPT = "doi_ben_giao"
    # The list it came with was taken back as a whole, before anybody did anything with it; not a step of one task.
    TAKE_BACK = "thu_hoi"


class Need(StrEnum):
    """What a person must give with an action."""

    REASON = "reason"
    PRODUCT = "product"
    DUE = "due"
    UNIT = "unit"
    PROGRESS = "progress"
    WORDING = "wording"
    ANY_DUE = "any_due"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: from these states this side may act, giving this; ``to`` None changes nothing."""

    action: Action
    side: Side
    start: frozenset[Workflow]
    to: Workflow | None
    needs: frozenset[Need] = frozenset()


_A, _W = Action, Workflow
_UNIT, _ASSIGNER = Side.UNIT, Side.ASSIGNER
_NEW, _REPORTED, _PAUSED = frozenset({_W.NOT_STARTED}), frozenset({_W.AWAITING}), frozenset({_W.PAUSED})
_WORKING = frozenset({_W.IN_PROGRESS, _W.REDO})
_UNREPORTED = _NEW | _WORKING
_ALIVE = OPEN | _PAUSED
_REASON, _PRODUCT, _PROGRESS = frozenset({Need.REASON}), frozenset({Need.PRODUCT}), frozenset({Need.PROGRESS})
_WORDING, _RIGHT_DUE = frozenset({Need.WORDING}), frozenset({Need.ANY_DUE, Need.REASON})
_NEW_DUE, _NEW_UNIT = frozenset({Need.DUE, Need.REASON}), frozenset({Need.UNIT, Need.REASON})

# In the order of offering. Only the assigner takes a task out of the figures (pause, move, cancel) or back
# from the end: otherwise units could escape theirs.
STEPS: tuple[Step, ...] = (
    Step(_A.ACCEPT, _UNIT, _NEW, _W.IN_PROGRESS),
    # A report of what was never accepted accepts it in the same step.
    Step(_A.REPORT, _UNIT, _UNREPORTED, _W.AWAITING, _PRODUCT),
    Step(_A.WITHDRAW, _UNIT, _REPORTED, _W.IN_PROGRESS),
    Step(_A.PROGRESS, _UNIT, _WORKING, None, _PROGRESS),
    Step(_A.ASK_EXTENSION, _UNIT, _UNREPORTED, None, _NEW_DUE),
    Step(_A.REFUSE, _UNIT, _NEW, None, _REASON),
    Step(_A.RECALL, _UNIT, _UNREPORTED, None),
    Step(_A.CONFIRM, _ASSIGNER, _REPORTED, _W.DONE),
    Step(_A.RETURN, _ASSIGNER, _REPORTED, _W.REDO, _REASON),
    Step(_A.EXTEND, _ASSIGNER, _UNREPORTED, None, _NEW_DUE),
    Step(_A.DECLINE, _ASSIGNER, _UNREPORTED, None, _REASON),
    Step(_A.CORRECT, _ASSIGNER, OPEN, None, _WORDING),
    Step(_A.ADJUST, _ASSIGNER, OPEN, None, _RIGHT_DUE),
    Step(_A.RESUME, _ASSIGNER, _PAUSED, _W.IN_PROGRESS),
    Step(_A.PAUSE, _ASSIGNER, _UNREPORTED, _W.PAUSED, _REASON),
    Step(_A.MOVE, _ASSIGNER, _ALIVE, _W.MOVED, _NEW_UNIT),
    Step(_A.CANCEL, _ASSIGNER, _ALIVE, _W.CANCELLED, _REASON),
    Step(_A.REOPEN, _ASSIGNER, frozenset({_W.DONE, _W.CANCELLED}), _W.REDO, _REASON),
    Step(_A.UNDO, _ASSIGNER, frozenset({_W.DONE, _W.CANCELLED, _W.REDO}), None, _REASON),
    Step(_A.SETTLE, _ASSIGNER, OPEN, _W.DONE, _REASON),
    Step(_A.UNMET, _ASSIGNER, OPEN, _W.REDO, _REASON),
)

STEP_OF: Mapping[Action, Step] = {step.action: step for step in STEPS}

# What only a task has that was handed to a re-inspection.
AT_THE_PLACE = frozenset({Action.SETTLE, Action.UNMET})
CLOSED = sentence(
    "Nhiệm vụ đã khép lại (hoàn thành, tạm hoãn, hủy hoặc chuyển đơn vị) nên không nhận báo cáo nữa."
)
OF_A_CONCLUSION = sentence(
    "Nhiệm vụ này do kết luận kiểm tra giao nên giữ nguyên nội dung và hạn của kết luận. Muốn thêm thời gian, hãy gia hạn."
)
REOPEN_FIRST = sentence("Nhiệm vụ đã khép lại hoặc đang tạm hoãn; hãy mở lại trước khi sửa.")
ANSWER_FIRST = sentence("Đơn vị đang chờ trả lời đề nghị; hãy trả lời trước khi điều chỉnh hạn.")
NOTHING_ASKED = sentence("Đề nghị này đã được rút hoặc đã được trả lời.")
NOTHING_TO_UNDO = sentence(
    "Không còn quyết định nào hoàn tác được: chỉ hoàn tác được quyết định vừa rồi, khi nhiệm vụ chưa có bước mới."
)
NOT_NOW = sentence("Trạng thái hiện tại của nhiệm vụ không cho phép việc này.")
NO_LONGER = sentence("Nhiệm vụ vừa được người khác cập nhật; ở trạng thái mới không còn việc này nữa.")
NOT_BEGUN = sentence("Kỳ này chưa bắt đầu.")
OWN_REPORT = sentence("Báo cáo này do chính bạn gửi; người khác của bên giao sẽ xác nhận.")

# What the unit asks and the assigner has to answer.
REQUESTS = frozenset({Action.REFUSE, Action.ASK_EXTENSION})
# What leaves a request waiting: none of it is an answer.
BESIDE = frozenset({Action.PROGRESS, Action.CORRECT, Action.ADOPT})
# What only goes with a request that waits, and what would answer one by mistake.
_ON_REQUEST = frozenset({Action.DECLINE, Action.RECALL})
_WITHOUT_REQUEST = frozenset({Action.ADJUST})
# What the assigning side puts right of what it gave. What a conclusion asked for stands there in its words and with
# its day: more time is granted by an extension.
PUT_RIGHT = frozenset({Action.CORRECT, Action.ADJUST})
# What moves the due date, or wishes it moved.
LONGER = frozenset({Action.ASK_EXTENSION, Action.EXTEND})
# What the assigning side may take back, if it was pressed by mistake and nothing came of it. What was paused goes
# on by «tiếp tục»; what was moved is another unit's by now.
UNDOABLE = frozenset({Action.CONFIRM, Action.RETURN, Action.SETTLE, Action.UNMET, Action.CANCEL})
# What leads a task back to the unit, with a reason that it has to know.
SENT_BACK = frozenset({Action.RETURN, Action.UNMET, Action.REOPEN})


def pending_request(history: Iterable[Action]) -> Action | None:
    """The unit's request that nobody has answered yet; any later action that is not said beside it settles it."""
    waiting = None
    for action in history:
        if action not in BESIDE:
            waiting = action if action in REQUESTS else None
    return waiting


def last_decision(history: Sequence[Action]) -> int | None:
    """The place of the decision that may be taken back; ``None``: there is none, or something came after it.

    What is only said beside it, or puts right the task's words and day, is nothing that came of it.
    """
    for place in range(len(history) - 1, -1, -1):
        if history[place] not in BESIDE | PUT_RIGHT:
            return place if history[place] in UNDOABLE else None
    return None


def undone(history: Sequence[Action]) -> frozenset[int]:
    """The places of the decisions that were taken back."""
    taken = (last_decision(history[:place]) for place, one in enumerate(history) if one is Action.UNDO)
    return frozenset(place for place in taken if place is not None)


def allowed_steps(
    workflow: Workflow,
    sides: Iterable[Side],
    request: Action | None = None,
    *,
    reinspected: bool = False,
    begun: bool = True,
    concluded: bool = False,
    undo_to: Workflow | None = None,
) -> tuple[Step, ...]:
    """What a person of these sides may do now, in the order in which it should be offered.

    ``reinspected``: the task was handed to a re-inspection. ``begun``: its day has come; until then a period of a
    regular task asks nothing of the unit, and hears nothing from it. ``concluded``: a recommendation or shortcoming
    of a conclusion, whose words and days are those of that document. ``undo_to``: the state before the decision
    that may be taken back.
    """
    mine = frozenset(sides)
    return tuple(
        step
        for step in STEPS
        if workflow in step.start
        and step.side in mine
        and (request is not None or step.action not in _ON_REQUEST)
        and (request is None or step.action not in _WITHOUT_REQUEST)
        and not (concluded and step.action in PUT_RIGHT)
        and (undo_to is not None or step.action is not Action.UNDO)
        and step.action is not request
        and (reinspected or step.action not in AT_THE_PLACE)
        and (begun or not _waits(step, workflow))
    )


def _waits(step: Step, workflow: Workflow) -> bool:
    """Whether a step is none before the day of the task."""
    return step.side is Side.UNIT and workflow is Workflow.NOT_STARTED


def next_workflow(
    action: Action,
    workflow: Workflow,
    sides: Iterable[Side],
    request: Action | None = None,
    before_report: Workflow = Workflow.IN_PROGRESS,
    own_report: bool = False,
    *,
    reinspected: bool = False,
    begun: bool = True,
    concluded: bool = False,
    undo_to: Workflow | None = None,
    before_pause: Workflow | None = None,
) -> Workflow:
    """The state after ``action``; refuses what the table does not hold.

    A withdrawn report leads back to ``before_report``: a returned task does not become a fresh one by
    being reported and withdrawn. What was paused goes on where it stood (``before_pause``). A decision that is
    taken back leads to ``undo_to``. ``own_report``: the person who acts made the report that waits.
    """
    step = STEP_OF.get(action)
    if step is None or step.side not in frozenset(sides):
        raise Forbidden(sentence("Bạn không có quyền làm việc này."))
    if not begun and _waits(step, workflow):
        raise Conflict(NOT_BEGUN)
    if step not in allowed_steps(
        workflow, (step.side,), request, reinspected=reinspected, concluded=concluded, undo_to=undo_to
    ):
        raise Conflict(_why_not(action, workflow, request, concluded))
    if own_report and accepts_report(action, workflow):
        raise Forbidden(OWN_REPORT)
    if action is Action.WITHDRAW:
        return before_report
    if action is Action.UNDO and undo_to is not None:
        return undo_to
    if action is Action.RESUME and before_pause is not None:
        return before_pause
    return step.to or workflow


def _why_not(action: Action, workflow: Workflow, request: Action | None, concluded: bool) -> str:
    if action is Action.REPORT and workflow not in OPEN:
        return CLOSED
    if action is Action.UNDO:
        return NOTHING_TO_UNDO
    if concluded and action in PUT_RIGHT:
        return OF_A_CONCLUSION
    if action in PUT_RIGHT and workflow not in OPEN:
        return REOPEN_FIRST
    if action in _WITHOUT_REQUEST and request is not None:
        return ANSWER_FIRST
    if action in _ON_REQUEST and request is None:
        return NOTHING_ASKED
    return NOT_NOW


def accepts_report(action: Action, workflow: Workflow) -> bool:
    """Whether the action takes the report that waits for done: by confirming it, or at the place."""
    return action is Action.CONFIRM or (action is Action.SETTLE and workflow is Workflow.AWAITING)


def is_own_report(reporter_id: int | None, person_id: int) -> bool:
    """Whether the report is this person's own, wherever they sit by now: then others confirm it."""
    return reporter_id == person_id


@dataclass(frozen=True, slots=True)
class Product:
    """Evidence of completion: the product document (số/ký hiệu, ngày), a link or files, and a short result."""

    result: str
    number: str = ""
    issued_on: date | None = None
    link: str = ""
    files: int = 0


@dataclass(frozen=True, slots=True)
class Hop:
    """An action with what the person gave: ``text`` is the reason or a remark."""

    action: Action
    text: str = ""
    product: Product | None = None
    due: date | None = None
    unit_id: int | None = None
    progress: int | None = None
    wording: Wording | None = None
    no_due: bool = False


def check_hop(hop: Hop, due: date | None, today: date, assigned_on: date | None = None) -> None:
    """Whether everything the table asks for was given; ``due`` is the task's current due date."""
    needs = STEP_OF[hop.action].needs
    if Need.PRODUCT in needs:
        _check_product(hop.product or Product(""), today)
    if Need.DUE in needs:
        _check_new_due(hop.due, due, today)
        if assigned_on is not None and hop.due is not None and hop.due < assigned_on:
            raise Invalid(sentence("Hạn không được trước ngày giao."), field="due")
    if Need.ANY_DUE in needs:
        check_adjusted_due(hop.due, hop.no_due, due, today, assigned_on)
    if Need.WORDING in needs and hop.wording is None:
        raise Invalid(sentence("Ghi nội dung nhiệm vụ."), field="title")
    if Need.UNIT in needs and hop.unit_id is None:
        raise Invalid(sentence("Chọn đơn vị nhận nhiệm vụ."), field="unit")
    if Need.PROGRESS in needs and (hop.progress is None or hop.progress not in range(0, 101, 5)):
        raise Invalid(sentence("Tiến độ từ 0 đến 100, bước 5."), field="progress")
    if Need.REASON in needs and not hop.text.strip():
        raise Invalid(sentence("Ghi lý do."), field="text")


def _check_product(product: Product, today: date) -> None:
    """A report of completion names its product: a document with number and date, a link, or files."""
    if not product.result.strip():
        raise Invalid(sentence("Ghi tóm tắt kết quả thực hiện."), field="result")
    if not product.number.strip() and not product.link.strip() and not product.files:
        raise Invalid(
            sentence("Ghi số, ký hiệu văn bản sản phẩm, hoặc đường dẫn tới sản phẩm, hoặc kèm tệp."),
            field="number",
        )
    if product.link.strip() and not product.link.startswith(("https://", "http://")):
        raise Invalid(sentence("Đường dẫn bắt đầu bằng https:// hoặc http://."), field="link")
    if product.number.strip() and product.issued_on is None:
        raise Invalid(sentence("Ghi ngày của văn bản sản phẩm."), field="issued_on")
    if product.issued_on and product.issued_on > today:
        raise Invalid(sentence("Ngày văn bản không được sau hôm nay."), field="issued_on")


def _check_new_due(new_due: date | None, due: date | None, today: date) -> None:
    """An extension leads to a later date, and to one that has not gone by."""
    if new_due is None:
        raise Invalid(sentence("Ghi hạn mới."), field="due")
    if new_due < today:
        raise Invalid(sentence("Hạn mới không được trước hôm nay."), field="due")
    if due is not None and new_due <= due:
        raise Invalid(sentence("Hạn mới phải sau hạn hiện tại."), field="due")
    check_not_too_far(new_due, today)
