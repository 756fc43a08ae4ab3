"""The catalogue an installation starts with: languages by ISO 639-3, skills of the work."""

from typing import Any

from django.db import migrations

LANGUAGES = [
    ("kor", "한국어", "Korean", "корейська", ["조선어", "조선말", "한국말"]),
    ("ukr", "우크라이나어", "Ukrainian", "українська", ["우크라이나말"]),
    ("rus", "러시아어", "Russian", "російська", ["로어", "노어", "로씨야어"]),
    ("eng", "영어", "English", "англійська", []),
    ("zho", "중국어", "Chinese", "китайська", ["Mandarin", "만다린", "한어"]),
    ("jpn", "일본어", "Japanese", "японська", ["일어"]),
    ("pol", "폴란드어", "Polish", "польська", []),
    ("deu", "독일어", "German", "німецька", []),
    ("fra", "프랑스어", "French", "французька", ["불어"]),
    ("spa", "스페인어", "Spanish", "іспанська", ["에스파냐어"]),
    ("ita", "이탈리아어", "Italian", "італійська", []),
    ("ron", "루마니아어", "Romanian", "румунська", []),
    ("hun", "헝가리어", "Hungarian", "угорська", []),
    ("ces", "체코어", "Czech", "чеська", []),
    ("slk", "슬로바키아어", "Slovak", "словацька", []),
    ("bel", "벨라루스어", "Belarusian", "білоруська", []),
    ("crh", "크림타타르어", "Crimean Tatar", "кримськотатарська", []),
    ("tur", "튀르키예어", "Turkish", "турецька", ["터키어"]),
    ("ara", "아랍어", "Arabic", "арабська", []),
    ("fas", "페르시아어", "Persian", "перська", ["Farsi"]),
    ("vie", "베트남어", "Vietnamese", "в'єтнамська", ["월남어"]),
    ("tha", "태국어", "Thai", "тайська", []),
    ("mon", "몽골어", "Mongolian", "монгольська", []),
    ("kaz", "카자흐어", "Kazakh", "казахська", []),
    ("uzb", "우즈베크어", "Uzbek", "узбецька", ["우즈벡어"]),
    ("kat", "조지아어", "Georgian", "грузинська", ["그루지야어"]),
    ("hye", "아르메니아어", "Armenian", "вірменська", []),
    ("por", "포르투갈어", "Portuguese", "португальська", []),
    ("nld", "네덜란드어", "Dutch", "нідерландська", []),
    ("swe", "스웨덴어", "Swedish", "шведська", []),
    ("lit", "리투아니아어", "Lithuanian", "литовська", []),
    ("lav", "라트비아어", "Latvian", "латиська", []),
    ("est", "에스토니아어", "Estonian", "естонська", []),
    ("fin", "핀란드어", "Finnish", "фінська", []),
    ("bul", "불가리아어", "Bulgarian", "болгарська", []),
    ("srp", "세르비아어", "Serbian", "сербська", []),
    ("hin", "힌디어", "Hindi", "гінді", []),
    ("ind", "인도네시아어", "Indonesian", "індонезійська", []),
]

SKILLS = [
    (
        "interpreting-consecutive",
        "craft",
        "통역(순차)",
        "Interpreting (consecutive)",
        "Усний переклад (послідовний)",
        ["순차통역", "consecutive interpreting", "통역"],
        [],
    ),
    (
        "interpreting-simultaneous",
        "craft",
        "통역(동시)",
        "Interpreting (simultaneous)",
        "Усний переклад (синхронний)",
        ["동시통역", "simultaneous interpreting"],
        ["interpreting-consecutive"],
    ),
    ("translation", "craft", "번역", "Translation", "Письмовий переклад", [], []),
    (
        "presenting",
        "craft",
        "방송 진행",
        "Presenting",
        "Ведення мовлення",
        ["방송", "broadcasting", "announcing"],
        [],
    ),
    (
        "scriptwriting",
        "craft",
        "원고 작성",
        "Scriptwriting",
        "Написання текстів",
        ["원고", "script writing"],
        [],
    ),
    (
        "audio",
        "craft",
        "음향 장비",
        "Audio equipment",
        "Звукове обладнання",
        ["음향", "sound equipment", "audio"],
        [],
    ),
    (
        "leaflet-editing",
        "craft",
        "전단 편집",
        "Leaflet editing",
        "Редагування листівок",
        ["leaflet design"],
        [],
    ),
    ("radio", "craft", "무전", "Radio", "Радіозв'язок", ["무전기", "radio operation"], []),
    (
        "team-leading",
        "craft",
        "팀 지휘",
        "Team leading",
        "Керування командою",
        ["팀장", "leadership", "지휘"],
        [],
    ),
    ("first-aid", "training", "응급처치", "First aid", "Перша допомога", ["구급"], []),
    ("combat-medic", "training", "전투 구급", "Combat medic", "Бойовий медик", [], ["first-aid"]),
    (
        "mine-awareness",
        "training",
        "지뢰 위험 교육",
        "Mine awareness",
        "Мінна безпека",
        ["mine risk education", "지뢰 교육"],
        [],
    ),
    ("driving", "licence", "운전", "Driving", "Водіння", ["운전면허", "driver"], []),
    (
        "truck-driving",
        "licence",
        "대형 운전",
        "Truck driving",
        "Водіння вантажівки",
        ["대형면허"],
        ["driving"],
    ),
    (
        "drone",
        "licence",
        "드론 조종",
        "Drone piloting",
        "Керування дроном",
        ["드론", "drone", "drone pilot"],
        [],
    ),
]


def fill(apps: Any, schema_editor: Any) -> None:
    """Enter languages and skills, and what a skill implies."""
    alias = schema_editor.connection.alias
    languages = apps.get_model("volunteers", "Language").objects.using(alias)
    for code, ko, en, uk, also in LANGUAGES:
        languages.create(code=code, name_ko=ko, name_en=en, name_uk=uk, also=also)
    skills = apps.get_model("volunteers", "Skill").objects.using(alias)
    made = {}
    for code, kind, ko, en, uk, also, implies in SKILLS:
        skill = skills.create(code=code, kind=kind, name_ko=ko, name_en=en, name_uk=uk, also=also)
        made[code] = skill
        skill.implies.set([made[name] for name in implies])


class Migration(migrations.Migration):
    """Fill the catalogue."""

    dependencies = [("volunteers", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
