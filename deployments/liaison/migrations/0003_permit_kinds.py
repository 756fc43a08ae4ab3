"""The kinds of permit that ship with Corps.

The permit to use a passport where its use is restricted is that of the proviso to article 17(1) of
the Passport Act (여권법) and article 29 of its Enforcement Decree (여권법 시행령), granted by the
Minister of Foreign Affairs. How long it holds is written in each permit. The days of the medical
certificate are the organisation's own rule. Administrators keep the texts; the codes stay.
"""

from typing import Any

from django.db import migrations

KINDS: list[dict[str, Any]] = [
    {
        "code": "passport-use",
        "name_ko": "예외적 여권사용 허가",
        "name_en": "Exceptional permit to use a passport",
        "name_uk": "Винятковий дозвіл на користування паспортом",
        "authority_ko": "외교부",
        "authority_en": "Ministry of Foreign Affairs of the Republic of Korea",
        "authority_uk": "Міністерство закордонних справ Республіки Корея",
        "needs_ko": (
            "여권의 사용이 제한된 나라(우크라이나)로 떠나기 전에 받아야 합니다. 본인의 신청서, "
            "여권 사본, 방문 목적과 기간을 증명하는 서류, 현지 안전 대책을 냅니다. 제출할 서류는 "
            "신청하기 전에 외교부에 확인하세요. 허가된 기간과 지역은 허가서에 적힌 대로입니다."
        ),
        "needs_en": (
            "Needed before leaving for a country where the use of a passport is restricted "
            "(Ukraine). The person's own application, a copy of the passport, proof of the "
            "purpose and the days of the visit, and a plan for safety there. Ask the ministry "
            "which papers it wants before applying. Days and places are those written in the "
            "permit."
        ),
        "needs_uk": (
            "Потрібен до виїзду до країни, де користування паспортом обмежено (Україна). "
            "Особиста заява, копія паспорта, підтвердження мети й строку поїздки, план безпеки "
            "на місці. Перелік документів уточніть у міністерстві перед поданням. Строк і місця "
            "зазначено в самому дозволі."
        ),
        "source": (
            "여권법 제17조제1항 단서, 같은 법 시행령 제29조 "
            "(Passport Act, art. 17(1), proviso; Enforcement Decree, art. 29)"
        ),
    },
    {
        "code": "accreditation",
        "name_ko": "주재국 활동 승인",
        "name_en": "Host-country accreditation",
        "name_uk": "Акредитація в країні перебування",
        "authority_ko": "주재국의 관할 기관",
        "authority_en": "The host country's competent authority",
        "authority_uk": "Уповноважений орган країни перебування",
        "needs_ko": (
            "초청 기관의 요청서, 활동 내용과 지역, 기간, 여권 사본과 사진. "
            "자세한 것은 초청 기관에 확인하세요."
        ),
        "needs_en": (
            "The host's request, what is done where and when, a copy of the passport and a "
            "photograph. The host says what else."
        ),
        "needs_uk": (
            "Звернення приймальної сторони, зміст, місце і строк роботи, копія паспорта та "
            "фотографія. Решту уточнює приймальна сторона."
        ),
        "source": "주재국 법령과 초청 기관의 안내 (rules of the host country and the host)",
    },
    {
        "code": "insurance",
        "name_ko": "보험",
        "name_en": "Insurance",
        "name_uk": "Страхування",
        "authority_ko": "보험회사",
        "authority_en": "Insurer",
        "authority_uk": "Страхова компанія",
        "needs_ko": (
            "전쟁 지역에서도 보장되고 사망, 상해, 질병과 의료 후송을 포함하는 보험의 가입 증명. "
            "보장 기간이 배치 기간 전체를 덮어야 합니다."
        ),
        "needs_en": (
            "Proof of cover that holds in a war zone too: death, injury, illness and medical "
            "evacuation, for all days of the deployment."
        ),
        "needs_uk": (
            "Підтвердження страхування, чинного і в зоні бойових дій: смерть, поранення, хвороба "
            "та медична евакуація, на весь строк відрядження."
        ),
        "lasts_days": 365,
        "source": "내부 규정 (the organisation's own rule)",
    },
    {
        "code": "medical",
        "name_ko": "건강 적합 판정",
        "name_en": "Medical fitness",
        "name_uk": "Медична придатність",
        "authority_ko": "지정 의료기관",
        "authority_en": "Appointed medical institution",
        "authority_uk": "Визначений медичний заклад",
        "needs_ko": "배치에 적합하다는 의사의 판정. 진단 내용은 여기에 적지 않습니다.",
        "needs_en": (
            "A doctor's statement that the person is fit for the deployment. Findings are not "
            "kept here."
        ),
        "needs_uk": (
            "Висновок лікаря про придатність до відрядження. Діагнози тут не зберігаються."
        ),
        "lasts_days": 180,
        "source": "내부 규정 (the organisation's own rule)",
    },
]


def fill(apps: Any, schema_editor: Any) -> None:
    """Enter the kinds."""
    alias = schema_editor.connection.alias
    kinds = apps.get_model("liaison", "PermitKind").objects.using(alias)
    for kind in KINDS:
        kinds.create(**kind)


class Migration(migrations.Migration):
    """Fill the catalogue of permits."""

    dependencies = [("liaison", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
