"""One page on a firm's customers, from the functions of the chapters: `crm report FOLDER`.

purchases   What was bought, by how many, and who buys again (chapter 3)?
staying     Who is still there after how long, and in which stage is everybody (chapters 3 and 5)?
money       Who brings the sales, and what will they bring (chapters 7 and 8)?
leaving     Which large customers have fallen silent (chapter 5)?
part        What a part of the page holds, and how it says that it cannot be computed
page        All parts on one page that needs no network
"""
