"""What was read, merged and left out, and why: kept as numbers, and written for people in both languages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

# what happened → (heading, English, Chinese); behind it stand the number, and a few words in brackets
SENTENCES: dict[str, tuple[str, str, str]] = {
    "rows": ("read", "rows", "行"),
    "receipts": ("read", "receipts", "小票"),
    "returns": ("read", "returns: negative amounts, in a table of their own", "退货：负数金额，单独成表"),
    "customers": ("read", "customers", "客户"),
    "anonymous": (
        "read",
        "receipts without a customer, kept as such; what stood in their rows",
        "没有客户的小票，照样保留；各行原来所写",
    ),
    "joined": ("merged", "rows added to another row of their receipt", "并入同一张小票的行"),
    "netted": ("merged", "negative rows set off within their receipt", "在同一张小票内抵减的负数行"),
    "filled": ("merged", "rows that took the customer of their receipt", "取同一张小票上客户的行"),
    "linked": ("merged", "returns joined to the receipt that they name", "与所注明的小票相连的退货"),
    "cancelled": ("left out", "rows whose status says that nothing was bought", "按状态并未成交的行"),
    "voided": ("left out", "receipts whose rows cancel each other out", "各行相抵为0的小票"),
    "totals": ("left out", "lines of totals", "合计行"),
    "blank": ("left out", "empty rows", "空白行"),
    "undated": ("left out", "rows without a date", "没有日期的行"),
    "unpriced": ("left out", "receipts without an amount", "没有金额的小票"),
    "unreadable": (
        "left out",
        "rows with an unreadable date or amount, as you chose",
        "按您的选择剔除的、日期或金额无法读取的行",
    ),
    "personal": ("left out", "columns that tell who somebody is", "可识别个人身份的列"),
    "unused": ("left out", "columns that no table needs", "没有用到的列"),
    "uneven": (
        "left out",
        "columns of which it is not clear whether they belong to a row or to a receipt",
        "无法判断是按行还是按小票的列",
    ),
    "hidden": (
        "note",
        "card numbers replaced by keyed hashes; the key stays on this machine",
        "已用密钥散列替换的卡号，密钥留在本机",
    ),
    "numbered": (
        "note",
        "cards that were given a number of their own, listed in kept/customers.csv",
        "另行编号的卡，见kept/customers.csv",
    ),
    "alike": (
        "note",
        "card numbers that differ from another one only in capitals, width or leading zeros; kept apart",
        "与另一卡号仅在大小写、全半角或前导零上不同的卡号；未合并",
    ),
    "same": (
        "note",
        "rows that are like another row in all columns that were used; kept, since two pieces of one product "
        "look so. If the export holds everything twice, export it again",
        "在所用各列上与另一行完全相同的行；予以保留，因为同一商品买两件也会如此。若导出内容重复，请重新导出",
    ),
    "shared": (
        "note",
        "receipt numbers that stand on several days, stores or customers; taken as different receipts",
        "出现在不同日期、门店或客户的小票号；视为不同小票",
    ),
    "cashier": (
        "note",
        "receipts of one card. If it is the till's own card, remove its number in a copy of the export: "
        "these are purchases without a customer",
        "同一张卡的小票。若为收银台公用卡，请在导出的副本中删去其卡号：这些应算无客户购买",
    ),
    "dates_only": ("note", "receipts with a date and no time of day", "只有日期没有时刻的小票"),
    "rowwise": (
        "note",
        "rows that count as one receipt each, since there is no receipt number. Purchases of one customer on "
        "one day count as one purchase everywhere",
        "因没有小票号而各算一张小票的行。同一客户同一天的购买在各处均算一次",
    ),
    "unlinked": (
        "note",
        "returns whose number stands on several earlier receipts; joined to none of them",
        "单号对应多张先前小票的退货；未与任何一张相连",
    ),
    "currency": (
        "note",
        "currency other than the yuan; columns are called amount_cny all the same, and pages say yuan",
        "人民币以外的币种；列名仍为amount_cny，页面仍写元",
    ),
}
HEADINGS = {
    "read": "Read 读取",
    "merged": "Merged 合并",
    "left out": "Left out, and why 剔除及原因",
    "note": "Look at 请注意",
}


@dataclass
class Account:
    """Counts of what happened to the rows of an export, and a few words about each.

    >>> account = Account()
    >>> account.add("undated", 2, "row 7")
    >>> account.tell("en"), account.tell("zh")
    (['left out: rows without a date: 2 (row 7)'], ['剔除及原因：没有日期的行：2（row 7）'])
    """

    counts: Counter[str] = field(default_factory=Counter)
    details: dict[str, str] = field(default_factory=dict)
    words: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, what: str, n: int, detail: str = "") -> None:
        """Add to a count; the first detail is kept."""
        if n:
            self.counts[what] += int(n)
            if detail:
                self.details.setdefault(what, detail)

    def add_words(self, what: str, words: Counter[str]) -> None:
        """Count words, of which the most frequent ones are named."""
        self.counts[what] += sum(words.values())
        self.words.setdefault(what, Counter()).update(words)

    def tell(self, language: str) -> list[str]:
        """One line for each thing that happened, in one language, in the order of SENTENCES."""
        colon = {"en": ": ", "zh": "："}[language]
        return [
            f"{words[0] if language == 'en' else HEADINGS[words[0]].split()[-1]}{colon}"
            f"{self._tell_one(what, language)}"
            for what, words in SENTENCES.items()
            if self.counts[what]
        ]

    def write(self, file: str, kind: str, columns: str) -> str:
        """The account as a page of Markdown in both languages."""
        lines = [f"# Import of {file} 导入记录", "", f"{kind}", ""]
        for heading, title in HEADINGS.items():
            found = [
                f"- {self._tell_one(what, 'en')}  \n  {self._tell_one(what, 'zh')}"
                for what, words in SENTENCES.items()
                if words[0] == heading and self.counts[what]
            ]
            lines += [f"## {title}", "", *found, ""] if found else []
        return "\n".join([*lines, "## Columns 列", "", "```yaml", columns.rstrip(), "```", ""])

    def _tell_one(self, what: str, language: str) -> str:
        """One thing that happened: what, how often, and a few words about it."""
        words = ", ".join(f"{word} {n:,}" for word, n in self.words.get(what, Counter()).most_common(5))
        detail = words or self.details.get(what, "")
        if language == "en":
            return f"{SENTENCES[what][1]}: {self.counts[what]:,}" + (f" ({detail})" if detail else "")
        return f"{SENTENCES[what][2]}：{self.counts[what]:,}" + (f"（{detail}）" if detail else "")
