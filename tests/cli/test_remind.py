"""``flask remind`` against a real mail server: who is told what, once, whatever happens on the way."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import func, select, update

from app.db import db
from app.domain.access import Role
from app.domain.reminders import Hours
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.mail import open_mailer
from app.models import Notice, Reminder, Task, TaskReport, User
from tests import make
from tests.mailbox import Mailbox, free_port, mail_server
from tests.told import hop_at

DAY = date(2022, 9, 15)
PUBLIC = "https://soat.vi.du/kiem-tra"
SENDER = "soat@haiphong.vi.du"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def box(port: int) -> Iterator[Mailbox]:
    with mail_server(port) as box:
        yield box


@pytest.fixture
def run(app, port, monkeypatch):
    """``run("--on", …)`` as from cron, with a mail server set; at any hour unless quiet hours are given."""
    usual = app.config["SOAT"]

    def running(*options: str, url: str = "", quiet: Hours | None = None, day: date = DAY):
        settings = replace(
            usual,
            public_url=PUBLIC,
            mailer=open_mailer(url or f"smtp://127.0.0.1:{port}", SENDER),
            quiet_hours=quiet,
        )
        monkeypatch.setitem(app.config, "SOAT", settings)
        db.session.commit()
        result = app.test_cli_runner().invoke(args=["remind", "--on", day.isoformat(), *options])
        db.session.expire_all()
        assert result.exit_code in {0, 1}, result.output
        assert not result.exception or isinstance(result.exception, SystemExit), result.exception
        return result

    return running


@pytest.fixture
def ward(app):
    return make.unit("Phường Cầu Tre")


@pytest.fixture
def officer(ward) -> User:
    return make.user(Role.OFFICER, unit=ward, name="canbo", email="canbo.cautre@haiphong.vi.du")


@pytest.fixture
def task(ward, officer) -> Task:
    return make.task(ward, title="Ban hành kế hoạch «số hóa» <2022>", due_current=DAY + timedelta(days=3))


def told() -> int:
    return db.session.execute(select(func.count()).select_from(Reminder)).scalar_one()


def test_a_digest_arrives_with_its_words_its_links_and_an_id(run, box, ward, task):
    make.task(ward, title="Niêm yết thủ tục", due_current=date(2022, 9, 14))
    result = run()
    assert result.exit_code == 0
    assert "Đã gửi 1 thư." in result.output
    [letter] = box.letters
    assert box.addressed == ["canbo.cautre@haiphong.vi.du"]
    assert letter["From"] == f"Soát <{SENDER}>"
    assert letter["To"] == "canbo.cautre@haiphong.vi.du"
    assert letter["Subject"] == "[Soát] Nhiệm vụ: 1 quá hạn, 1 sắp đến hạn (15/09/2022)"
    assert letter["Message-ID"].endswith("@haiphong.vi.du>")
    assert letter["Auto-Submitted"] == "auto-generated"
    text = letter.get_body(("plain",)).get_content()
    assert "Ban hành kế hoạch «số hóa» <2022>: hạn 18/09/2022, còn 3 ngày" in text
    assert "Niêm yết thủ tục: hạn 14/09/2022, quá hạn 1 ngày" in text
    assert text.index("Niêm yết") < text.index("Ban hành"), "overdue first"
    assert f"{PUBLIC}/tasks/{task.id}\n" in text.replace("\r\n", "\n")
    assert f"{PUBLIC}/me/reminders" in text
    html = letter.get_body(("html",)).get_content()
    assert "Ban hành kế hoạch «số hóa» &lt;2022&gt;" in html
    assert f'href="{PUBLIC}/tasks/{task.id}"' in html


def test_run_twice_it_tells_and_mails_once(run, box, task):
    run()
    again = run()
    assert "không có gì mới phải nhắc" in again.output
    assert (len(box.letters), told()) == (1, 1)
    run(day=DAY + timedelta(days=1))
    assert len(box.letters) == 1, "nothing has passed since"
    run(day=DAY + timedelta(days=2))
    assert len(box.letters) == 2, "one day before it is due"


def test_a_dry_run_says_who_gets_what_and_does_nothing(run, box, task):
    result = run("--dry-run")
    assert "canbo" in result.output
    assert "Chạy thử: chưa ghi, chưa gửi gì." in result.output
    assert (box.letters, told()) == ([], 0)


def test_a_server_that_was_down_gets_the_letter_once_when_it_is_up(run, port, task):
    failed = run()
    assert failed.exit_code == 1
    assert "1 thư chưa gửi được, sẽ thử lại ở lần chạy sau" in failed.output
    assert f"Không gửi được qua máy chủ thư 127.0.0.1:{port}" in failed.output
    [notice] = db.session.scalars(select(Notice))
    assert (notice.mailed_at, notice.tries) == (None, 1)
    assert notice.last_error.startswith("Không gửi được")
    with mail_server(port) as box:
        assert run().exit_code == 0
        assert run().exit_code == 0
    assert len(box.letters) == 1
    [notice] = db.session.scalars(select(Notice))
    assert (notice.tries, notice.last_error) == (2, "")


def test_one_address_that_is_refused_keeps_nobody_else_from_their_mail(run, box, ward, task):
    make.user(Role.UNIT_HEAD, unit=ward, name="thutruong", email="thutruong@haiphong.vi.du")
    box.refuses = {"canbo.cautre@haiphong.vi.du"}
    result = run()
    assert result.exit_code == 1
    assert "canbo: Máy chủ thư không nhận người nhận (550 5.1.1 no such mailbox)." in result.output
    assert box.addressed == ["thutruong@haiphong.vi.du"]
    box.refuses = set()
    assert run().exit_code == 0
    assert box.addressed == ["thutruong@haiphong.vi.du", "canbo.cautre@haiphong.vi.du"]


def test_a_letter_sent_twice_by_an_accident_has_the_same_id(run, box, task):
    run()
    # The machine died between the sending and the note of it.
    db.session.execute(update(Notice).values(mailed_at=None, taken_at=datetime.now(UTC) - timedelta(hours=2)))
    run()
    first, second = box.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_a_digest_that_another_run_is_sending_is_left_to_it(run, box, task):
    run()
    db.session.execute(update(Notice).values(mailed_at=None, taken_at=datetime.now(UTC)))
    assert run().exit_code == 0
    assert len(box.letters) == 1


@pytest.mark.parametrize("whose", ["setting", "unit", "person"])
def test_in_quiet_hours_the_app_tells_and_mail_comes_after_them(run, box, officer, ward, task, whose):
    from_now = datetime.now(UTC) + timedelta(hours=7)  # in Viet Nam
    quiet = Hours(from_now.hour, (from_now.hour + 2) % 24)
    loud = Hours((from_now.hour + 4) % 24, (from_now.hour + 6) % 24)
    if whose != "setting":
        ward.quiet_from, ward.quiet_to = quiet if whose == "unit" else loud
    if whose == "person":
        officer.quiet_from, officer.quiet_to = quiet
    result = run(quiet=quiet if whose == "setting" else loud)
    assert "1 thư đợi hết giờ yên lặng" in result.output
    assert result.exit_code == 0
    assert (box.letters, told()) == ([], 1)
    officer.quiet_from, officer.quiet_to = loud
    run(quiet=quiet)
    assert len(box.letters) == 1


def test_who_gave_no_address_or_wants_no_mail_is_told_in_the_app_only(run, box, ward, task, officer):
    officer.mail_digest = False
    make.user(Role.UNIT_HEAD, unit=ward)
    make.user(Role.OFFICER, unit=ward, active=False, email="nghi@haiphong.vi.du")
    run()
    assert box.letters == []
    assert told() == 2
    officer.mail_digest = True
    run()
    assert box.letters == [], "what was not to be mailed then is not mailed later"


def test_the_unit_s_mailbox_has_a_digest_of_its_own(run, box, ward, task):
    ward.email, ward.email_confirmed_at = "phuongcautre@haiphong.vi.du", make.NOW
    run()
    assert sorted(box.addressed) == ["canbo.cautre@haiphong.vi.du", "phuongcautre@haiphong.vi.du"]
    letter = next(one for one in box.letters if one["To"].startswith("phuong"))
    assert "/me/reminders" not in letter.get_body(("plain",)).get_content()


def test_an_extension_moves_the_due_date_and_its_marks_come_anew(run, box, task):
    run()
    task.due_current = DAY + timedelta(days=10)
    run(day=DAY + timedelta(days=1))
    assert len(box.letters) == 1
    run(day=DAY + timedelta(days=3))
    assert len(box.letters) == 2


def _report(task: Task, day: date) -> None:
    task.workflow = Workflow.AWAITING
    db.session.add(
        TaskReport(
            task_id=task.id,
            action=Action.REPORT,
            effective_on=day,
            due=task.due_current,
            workflow_before=Workflow.IN_PROGRESS,
            workflow_after=Workflow.AWAITING,
            at=make.NOW,
        )
    )
    db.session.commit()


def test_a_report_that_waits_reminds_the_side_that_gave_the_task_and_not_the_unit(run, box, ward, task):
    office = make.unit("Sở Nội vụ", email="so@haiphong.vi.du")
    make.user(Role.HEAD, unit=office, name="truongdoan", email="truongdoan@haiphong.vi.du")
    make.user(Role.HEAD, unit=ward, name="nguoinha", email="nguoinha@haiphong.vi.du")
    make.user(Role.MEMBER, unit=office, email="thanhvien@haiphong.vi.du")
    task.assigner_unit_id = office.id
    _report(task, DAY)
    run(day=DAY + timedelta(days=2))
    assert box.letters == []
    run(day=DAY + timedelta(days=4))
    assert sorted(box.addressed) == ["so@haiphong.vi.du", "truongdoan@haiphong.vi.du"]
    text = box.letters[0].get_body(("plain",)).get_content()
    assert "báo cáo ngày 15/09/2022, chờ xác nhận đã 4 ngày" in text
    assert "Phường Cầu Tre" in text
    run(day=DAY + timedelta(days=20))
    assert len(box.letters) == 4
    run(day=DAY + timedelta(days=40))
    assert len(box.letters) == 4, "no automatic confirmation, and no flood"


def test_many_reports_are_one_line_of_the_letter_that_leads_to_where_they_are_confirmed(run, box, ward):
    office = make.unit("Sở Nội vụ")
    make.user(Role.HEAD, unit=office, email="truongdoan@haiphong.vi.du")
    made = datetime.now(UTC) - timedelta(hours=1)
    for _number in range(4):
        hop_at(make.task(ward, assigner_unit_id=office.id), Action.REPORT, made)
    assert run().exit_code == 0
    [letter] = box.letters
    text = letter.get_body(("plain",)).get_content()
    assert "4 báo cáo hoàn thành không theo văn bản nào" in text
    assert f"{PUBLIC}/tasks/confirm\n" in text.replace("\r\n", "\n")
    assert f'href="{PUBLIC}/tasks/confirm"' in letter.get_body(("html",)).get_content()


def test_without_an_assigning_office_the_delegation_is_told(run, box, ward, task):
    delegation = make.delegation()
    make.inspection(unit=ward, delegation=delegation)
    head = make.user(Role.HEAD, email="truong@haiphong.vi.du")
    own = make.user(Role.HEAD, unit=ward, email="nguoinha@haiphong.vi.du")
    make.member(delegation, Role.HEAD, user=head)
    make.member(delegation, Role.DEPUTY, user=own)
    make.member(delegation, Role.MEMBER, user=make.user(Role.MEMBER, email="tv@haiphong.vi.du"))
    _report(task, DAY)
    run(day=DAY + timedelta(days=3))
    assert box.addressed == ["truong@haiphong.vi.du"]


def test_without_a_mail_server_the_app_tells(app, task):
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["remind", "--on", "15/9/2022"])
    assert result.exit_code == 0
    assert "Chưa đặt SOAT_SMTP_URL: chỉ nhắc trong ứng dụng." in result.output
    assert told() == 1


@pytest.mark.parametrize("day", ["hôm nay", "2022-13-01", "31/2/2022", "", "2022-1", "9" * 50])
def test_a_day_that_is_none_is_refused_with_a_sentence(app, day):
    result = app.test_cli_runner().invoke(args=["remind", "--on", day])
    assert result.exit_code == 2
    assert "không phải là ngày" in result.output
    assert told() == 0


def test_the_digest_is_as_many_statements_for_many_tasks_as_for_one(run, count_statements, ward, task):
    with count_statements() as one:
        run("--dry-run")
    for number in range(30):
        make.task(ward, title=f"Việc {number}", due_current=DAY)
    with count_statements() as many:
        run("--dry-run")
    assert len(one) == len(many)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path


def test_over_starttls_only_a_server_with_a_known_certificate_is_trusted(
    run, port, certificate, task, monkeypatch
):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    url = f"smtp://127.0.0.1:{port}?starttls=always"
    with mail_server(port, context) as box:
        assert run(url=url).exit_code == 1
        assert box.letters == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        result = run(url=url)
        assert (result.exit_code, len(box.letters)) == (0, 1), result.output
