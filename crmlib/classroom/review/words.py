"""What the review says by itself, in English, Chinese or both: one setting for all of it."""

from collections.abc import Sequence

from crmlib.classroom.answers.slips import Feedback
from crmlib.classroom.exam.papers import HEADINGS
from crmlib.classroom.formats.schema import Text
from crmlib.ground.spelling import list_valid

LANGUAGES = ("en", "zh", "both")
NAMES = {"en": "English", "zh": "中文", "both": "English + 中文"}

SECTIONS = {
    "A": Text("Relationship marketing", "关系营销"),
    "B": Text("CRM: origins, definition, purpose", "客户关系管理的产生、定义与目的"),
    "C": Text("Customers and relationship types", "客户与客户关系类型"),
    "D": Text("Finding and developing customers", "客户开发"),
    "E": Text("Customer lifecycle", "客户生命周期"),
    "F": Text("Customer value and tiering", "客户价值与分级"),
    "G": Text("Interaction, service, complaints", "互动、服务与投诉"),
    "H": Text("Satisfaction and loyalty", "满意与忠诚"),
    "I": Text("Churn and recovery", "客户流失与挽回"),
    "J": Text("Improving relationships", "提升客户关系"),
    "K": Text("Cases", "案例"),
}

WORDS = {
    "check": Text("Check", "检查"),
    "previous": Text("Previous", "上一题"),
    "next": Text("Next", "下一题"),
    "another": Text("Another question", "换一题"),
    "several": Text("more than one", "不止一个"),
    "empty": Text("Nothing is answered yet.", "还没有作答。"),
    "solved before": Text("✔ Solved before.", "✔ 已经做对过。"),
    "count": Text("Question {} of {}; {} solved.", "第{}题，共{}题；做对{}题。"),
    "typed list": Text("words, parted by commas", "词语，用逗号分开"),
    "typed number": Text("your number", "你的数"),
    "typed text": Text("your answer, or write it on paper", "你的答案，也可写在纸上"),
    "any kind": Text("any kind", "任何题型"),
    "all chapters": Text("all chapters", "全部章节"),
    "chapter": Text("chapter {}", "第{}章"),
    "any difficulty": Text("any difficulty", "任何难度"),
    "easy": Text("easy", "容易"),
    "medium": Text("medium", "中等"),
    "hard": Text("hard", "较难"),
    "marks": Text("marks …", "得分……"),
    "of": Text("{} of {}", "{} / {}分"),
    "you give": Text("You give yourself", "给自己打分"),
    "kept": Text("Recorded. It comes back on {}.", "已记录。{}再出现。"),
    "reread": Text("Reread", "重读"),
    "left": Text("{} left", "还剩{}个"),
    "all sorted": Text("All sorted.", "全部归好了。"),
    "once more": Text(
        "Run the cell again to do it without a mistake.", "再运行一次本单元格，争取一次也不错。"
    ),
    "and": Text(" and ", "和"),
    "question": Text("question", "题目"),
    "kind": Text("kind", "题型"),
    "questions": Text("questions", "题数"),
    "minutes": Text("minutes", "分钟"),
    "all": Text("all", "合计"),
    "marks sum": Text("marks", "分值"),
    "earns": Text("earns marks", "得分"),
    "loses": Text("loses marks", "失分"),
    "writes": Text("a student writes", "学生作答"),
    "earned": Text("earns", "得分"),
    "why": Text("why", "理由"),
    "together": Text("together", "合计"),
    "points": Text("Marking points", "评分点"),
    "slip": Text("Often written", "常见错误"),
    "answer and points": Text("Answer and marking points", "答案与评分点"),
    "wrong ways": Text("Wrong ways, and what they give:", "常见错误及其结果："),
    "gives": Text("gives", "得"),
    "missing steps": Text("Missing steps", "缺少的步骤"),
    "missing points": Text("The other points", "其余各点"),
    "solution": Text("Solution", "答案"),
    "answers": Text("answers", "回答"),
    "tells apart": Text("What tells them apart.", "怎样区分。"),
    "which list": Text(
        "Which list does each entry belong to: {}, or more than one?",
        "每一条属于哪个清单：{}，还是不止一个？",
    ),
    "worked": Text("Worked", "示范"),
    "faded": Text("Faded: write what is missing, then look", "补全：先写出缺少的，再看"),
    "returns": Text("Comes back today: on paper, then mark it", "今天再出现：先写在纸上，再评分"),
    "fresh": Text("Fresh: on paper, then mark it", "新题：先写在纸上，再评分"),
    "run": Text("Run this cell to begin.", "运行本单元格即可开始。"),
    # a sitting against the clock
    "start": Text("Start", "开始"),
    "hand in": Text("Hand in", "交卷"),
    "count marks": Text("Count the marks", "计算得分"),
    "sitting": Text("{} questions, {} marks, {} minutes.", "{}题，{}分，{}分钟。"),
    "time left": Text("{} left", "剩余{}"),
    "time over": Text("Time is over. What is written counts.", "时间到。以已写的为准。"),
    "handed in": Text("Handed in after {}.", "用时{}交卷。"),
    "tick": Text(
        "Tick the points that your answer has. Put your finger on the line that earns each.",
        "勾选你答到的评分点。每一点都要能指出是哪一行得的分。",
    ),
    "blank": Text("blank {}", "第{}空"),
    "result": Text("result", "结果"),
    "letters": Text("letters", "字母"),
    "total": Text("{} of {} marks.", "得{}分，满分{}分。"),
    "topic": Text("topic", "知识点"),
    "section": Text("section", "部分"),
    "formula": Text("formula", "公式"),
    "example": Text("example", "示例"),
    "nothing lost": Text("No mark was lost.", "没有失分。"),
    # plan and day
    "exam on": Text("exam on", "考试日期"),
    "a day": Text("minutes a day", "每天分钟数"),
    "day": Text("day", "日期"),
    "each day": Text("Each day", "每天"),
    "last day": Text("The last day", "最后一天"),
    "day n": Text("day {}", "第{}天"),
    "topics": Text("topics", "内容"),
    "no date": Text("On which day is the exam? Choose it above.", "考试在哪一天？请在上面选择。"),
    "past": Text("This day is over. Choose the day of your exam.", "这一天已经过去，请选择考试日期。"),
    "today": Text(
        "The exam is today: the decision sheet, and the cards that are due. Nothing new.",
        "今天考试：只看决策表和到期的卡片，不学新内容。",
    ),
    "plan first": Text(
        "Choose the day of your exam in the plan first; until then this is day 1 of 7.",
        "请先在计划里选择考试日期；在此之前按七天中的第一天安排。",
    ),
    "lists": Text("Lists side by side", "对照清单"),
    "steps": Text("Worked, faded, fresh", "示范、补全、新题"),
    "cards": Text("Cards that are due", "到期的卡片"),
    "mock": Text("Mock against the clock", "限时模拟"),
    "lost": Text("What lost marks", "失分的题"),
    "sheet": Text("Decision sheet", "决策表"),
    "done": Text("done", "完成"),
    "no cards": Text("No card is due today.", "今天没有到期的卡片。"),
    "none lost": Text(
        "Nothing that lost marks is waiting. Take a mock, or sleep.",
        "没有待补的失分题。做一套模拟题，或者早点睡。",
    ),
    # standing
    "coverage": Text("covered", "掌握情况"),
    "asked": Text("asked", "已考"),
    "share": Text("marks", "得分率"),
    "legend": Text(
        "✔ full marks last time, ◐ some, ✘ fewer than half, · not asked yet; one sign a topic, in the order "
        "of the syllabus.",
        "✔ 上次满分，◐ 得到一部分，✘ 不到一半，· 还没考过；每个知识点一个符号，按大纲顺序。",
    ),
    "weakest": Text("Lost marks", "失分的知识点"),
    "do next": Text("What to revise next", "接下来复习什么"),
    "parts open": Text("of today's plan", "今天计划中还剩"),
    "items due": Text("questions that come back today: {}", "今天再出现的题：{}"),
    "cards due": Text("cards that are due: {}", "到期的卡片：{}"),
    "nothing open": Text(
        "nothing is open: take a mock, or stop for today", "没有待办：做一套模拟题，或者今天到此为止"
    ),
    "unasked": Text("sections not asked yet", "还没考过的部分"),
}


def say(key: str, language: str, *values: object) -> str:
    """Return words of the review with their values filled in; both languages stand side by side.

    >>> say("left", "en", 3), say("left", "zh", 3), say("left", "both", 3)
    ('3 left', '还剩3个', '3 left 还剩3个')
    """
    return put(Text(*(text.format(*values) for text in (WORDS[key].en, WORDS[key].zh))), language)


def put(text: Text, language: str, *, between: str = " ") -> str:
    """Return a text in one language, or in both with something between them."""
    return f"{text.en}{between}{text.zh}" if language == "both" else text.show(language)


def mark_feedback(feedback: Feedback, language: str) -> str:
    """Return what is told about an answer, with a sign; in English where there is no Chinese."""
    said = feedback.message if language == "en" or not feedback.zh else feedback.zh
    if language == "both" and feedback.zh:
        said = f"{feedback.message} {feedback.zh}"
    return f"{'✔' if feedback.passed else '✘'} {said}"


def head_of(kind: str) -> Text:
    """Return the heading of a kind of question; one that is new here goes by its own name."""
    return HEADINGS.get(kind) or Text(kind.replace("_", " "), f"题型{kind}")


def name_sections(letters: Sequence[str], language: str) -> str:
    """Return sections of the syllabus by letter and name."""
    return "; ".join(f"{one} {put(SECTIONS[one], language)}" for one in letters)


def check_language(language: str) -> str:
    """Return a language that the review speaks; raise with the valid ones otherwise."""
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}. {list_valid(language, LANGUAGES)}")
    return language
