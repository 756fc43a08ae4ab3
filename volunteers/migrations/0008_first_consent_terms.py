"""The first version of the consent text for each purpose, in Korean, English and Ukrainian.

What they say is what the product does: a test holds the promises against the code where it can.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations

PUBLISHED = datetime(2026, 11, 1, tzinfo=UTC)

REGISTER_KO = """
봉사자 명부에 귀하에 관한 기록을 두어도 되는지 여쭙습니다. 동의는 전적으로 자유입니다. 누구도 동의를
강요할 수 없으며, 동의하지 않아도 어떤 불이익도 없습니다.

무엇을 보관하나: 호출명, 언어와 기능, 가능한 날짜, 심사 결과, 맡은 일. 그리고 신원은 봉인하여
보관합니다. 신원이란 이름, 생년월일, 성별, 연락처, 주소, 여권, 군 복무 사항, 비상 연락처, 북에 가족이
있는지 여부입니다.

누가 보나: 귀하를 맡은 데스크의 담당자들은 귀하를 호출명으로만 봅니다. 신원은 데스크의 코디네이터와
신원조회 담당관만, 한 사람씩, 이유를 적고 열어 볼 수 있습니다. 여러 사람의 신원을 파일로 받으려면 다른 한
사람의 허락이 있어야 합니다. 열람은 빠짐없이 기록되며, 누가 언제 왜 보았는지
「내 기록」에서 직접 읽을 수 있습니다. 이 동의만으로는 신원이 기관 밖의 누구에게도 전달되지 않습니다.
그 일에는 따로 동의를 구합니다.

북에 있는 가족: 북에 가족이 있는지 여부와 가족에 관한 내용은 어떤 편지나 시스템으로도 기관 밖에 알리지
않습니다. 그래도 비밀이 영원히 지켜진다고 약속할 수 있는 사람은 없습니다. 귀하가 우리와 함께한다는
사실이 알려질 경우 가족에게 어떤 일이 생길 수 있는지 생각해 보시기 바랍니다.

얼마 동안: 우리와 함께하시는 동안입니다. 떠나신 뒤에는 신원의 삭제를 요청하실 수 있습니다. 삭제된
신원은 백업에서도 아무도 다시 읽을 수 없습니다. 호출명과 있었던 일의 기록은 남습니다.

철회: 언제든지, 이유를 말하지 않고 철회할 수 있습니다. 이 동의를 철회하면 Corps를 떠나는 것이 됩니다.
맡은 자리는 바로 비워지고 다른 모든 동의도 함께 끝납니다. 철회는 누구에게도 흠이 되지 않습니다.
"""
REGISTER_EN = """
You are asked whether a record about you may be kept in the register of volunteers. It is your own
free choice. Nobody may press you, and if you say no, nothing is held against you.

What is kept: your callsign, your languages and skills, the days on which you are free, the result
of your vetting and the work you took on. And under seal your identity: names, date of birth, sex,
how to reach you, address, passport, your service, an emergency contact, and whether you have
relatives in the North.

Who sees it: the people of your desk see you by callsign alone. Only coordinators and vetting
officers of the desk can open the identity, of one person at a time and with a written reason; several
at once only in a file that a second person has granted. Every look is entered; under "My record" you read who looked, when and why. By this consent alone, your
identity is told to nobody outside the organisation: for that you are asked separately.

Your family in the North: whether you have relatives there, and anything about them, is told to
nobody outside, by no letter and through no system. Even so, nobody can promise that a secret is
kept for ever. Please think about what could happen to them if it became known that you are with us.

How long: for as long as you are with us. After you have left you may ask that your identity be
erased. Then nobody can read it again, not even from a backup. Your callsign and the record of what
was done remain.

Withdrawing: at any time, without giving a reason. To withdraw this consent is to leave Corps: the
places you hold are free at once, and every other consent ends with it. It is never held against
anybody.
"""
REGISTER_UK = """
Ми запитуємо, чи можна зберігати запис про вас у реєстрі добровольців. Це ваш вільний вибір. Ніхто
не має права вас примушувати, і відмова не матиме для вас жодних негативних наслідків.

Що зберігається: ваш позивний, мови та навички, дні, коли ви вільні, результат перевірки та робота,
яку ви виконували. А в запечатаному вигляді – ваші персональні дані: імена, дата народження, стать,
засоби зв'язку, адреса, паспорт, відомості про службу, контакт на випадок надзвичайної ситуації і
те, чи є у вас родичі на Півночі.

Хто це бачить: працівники вашого відділу бачать лише ваш позивний. Відкрити персональні дані можуть
тільки координатори та офіцери з перевірки вашого відділу – щоразу однієї особи і з письмовим
обґрунтуванням; кількох одразу – лише у файлі, на який дала дозвіл друга людина. Кожен перегляд записується; у розділі «Мій запис» ви прочитаєте, хто, коли і навіщо
їх переглядав. На підставі лише цієї згоди ваші персональні дані не повідомляють нікому за межами
організації: про це вас запитають окремо.

Ваша родина на Півночі: чи є у вас там родичі і будь-що про них не повідомляють нікому назовні –
жодним листом і через жодну систему. І все ж ніхто не може обіцяти, що таємницю буде збережено
назавжди. Подумайте, будь ласка, що може статися з ними, якщо стане відомо, що ви з нами.

Як довго: доки ви з нами. Після того як ви підете, ви можете попросити стерти ваші персональні дані.
Тоді їх більше ніхто не прочитає, навіть із резервної копії. Позивний і запис про зроблене
залишаються.

Відкликання: будь-коли, без пояснення причин. Відкликати цю згоду означає залишити Corps: місця, які
ви займаєте, звільняються негайно, і разом із нею припиняються всі інші згоди. Це нікому не ставлять
у провину.
"""

SERVICE_KO = """
파견 업무에 참여하는 데 동의하시는지 여쭙습니다. 동의는 전적으로 자유입니다. 이 동의가 있어도 모든
자리는 하나하나 따로 제안되며, 매번 이유를 말하지 않고 거절할 수 있습니다.

무엇에 동의하나: 귀하가 수락한 자리에서 통역, 방송, 전단 업무를 하는 것입니다. 일하는 곳은 전쟁 중인
나라이며, 자리에 따라 전선 가까이일 수 있습니다. 다치거나 목숨을 잃거나 붙잡힐 위험이 있습니다.

누구에게 무엇을 알리나: 함께 일하는 기관에는 귀하의 이름 대신 그 기관에만 쓰이는 임의의 번호와 역할,
기간만 알립니다. 이 동의만으로는 이름, 생년월일, 여권 등 신원을 알리지 않습니다. 신원이 필요하면
따로 동의를 구합니다.

북에 있는 가족: 현장에서는 귀하를 알아보거나 촬영하는 사람이 있을 수 있고, 이는 우리가 막을 수
없습니다. 귀하의 신분이 드러나면 북에 있는 가족이 위험해질 수 있습니다. 이 점을 충분히 생각해 보시기
바랍니다.

얼마 동안: 철회하실 때까지이며, 새로운 글이 나오면 다시 여쭙습니다.

철회: 언제든지, 파견 중에도, 이유를 말하지 않고 철회할 수 있습니다. 철회하면 새로 업무를 시작하지
않습니다. 이미 맡은 자리는 「제안」에서 언제든 그만둘 수 있으며, 돌아오는 길은 데스크가 돕습니다. 철회는
누구에게도 흠이 되지 않습니다.
"""
SERVICE_EN = """
You are asked whether you consent to serve in deployments. It is your own free choice. With this
consent, too, each place is offered to you separately, and each time you may say no without a reason.

What you consent to: to work as an interpreter, as a broadcaster or in a leaflet team, in places that
you have accepted. The work is in a country at war and, depending on the place, near the front. You
may be hurt or killed there, or be taken prisoner.

What is told to whom: the agency you work with reads a made-up number that is used for that agency
alone, your role and the days. By this consent alone it is not told your name, date of birth,
passport or anything else of your identity. Where that is needed, you are asked separately.

Your family in the North: where you work, somebody may recognise you or take pictures, and we cannot
prevent it. If it becomes known who you are, your family in the North may be in danger. Please take
your time to think about this.

How long: until you withdraw. When there is a new text, you are asked again.

Withdrawing: at any time, also during a deployment, without giving a reason. Then you begin no work
any more. A place that you hold you may leave at any time under "Offers", and your desk helps you on
the way back. It is never held against anybody.
"""
SERVICE_UK = """
Ми запитуємо, чи згодні ви служити у відрядженнях. Це ваш вільний вибір. Навіть за цієї згоди кожне
місце пропонують вам окремо, і щоразу ви можете відмовитися без пояснення причин.

На що ви погоджуєтеся: працювати перекладачем, диктором або в групі листівок на місцях, які ви
прийняли. Робота відбувається в країні, де триває війна, а залежно від місця – поблизу фронту. Там ви
можете бути поранені, загинути або потрапити в полон.

Що і кому повідомляють: установа, з якою ви працюєте, бачить умовний номер, що діє лише для неї, вашу
роль і дні. На підставі лише цієї згоди їй не повідомляють ні імені, ні дати народження, ні паспорта,
ні чогось іншого з ваших персональних даних. Якщо це потрібно, вас запитають окремо.

Ваша родина на Півночі: там, де ви працюєте, хтось може вас упізнати або зняти, і ми не можемо цьому
запобігти. Якщо стане відомо, хто ви, ваша родина на Півночі може опинитися в небезпеці. Будь ласка,
добре обміркуйте це.

Як довго: доки ви не відкличете згоду. Коли з'явиться новий текст, вас запитають знову.

Відкликання: будь-коли, також під час відрядження, без пояснення причин. Тоді ви більше не
починаєте роботу. Місце, яке ви займаєте, можна залишити будь-коли в розділі «Пропозиції», а з
дорогою назад допоможе ваш відділ. Це нікому не ставлять у провину.
"""

PERMITS_KO = """
허가를 받기 위하여 귀하의 신원을 관계 당국에 알려도 되는지 여쭙습니다. 동의는 전적으로 자유입니다.
동의하지 않으면 신원은 전달되지 않습니다. 다만 허가가 필요한 파견에는 갈 수 없습니다.

무엇을 알리나: 허가 신청에 필요한 항목만입니다. 보통 이름, 로마자 이름, 생년월일, 성별, 여권 번호와
만료일, 연락처이며, 때에 따라 주소나 군 복무 사항이 포함됩니다. 어떤 항목이 들어가는지는 편지마다
하나하나 적고, 쓴 사람이 아닌 두 사람이 승인해야 보낼 수 있습니다.

누구에게 알리나: 허가를 내주는 당국입니다. 예를 들어 우크라이나에서 여권을 쓰도록 허가하는 대한민국
외교부, 입국과 활동을 승인하는 상대국 기관, 보험사입니다. 당국이 사안을 다른 부처로 넘길 수 있으며,
넘겨진 사실을 알게 되면 기록합니다.

북에 있는 가족: 북에 가족이 있는지 여부와 가족에 관한 내용은 결코 알리지 않습니다. 그러나 당국에 전달된
이름은 우리가 되찾을 수 없고, 당국이 어떻게 지키는지도 우리가 정할 수 없습니다. 이 점을 생각해 보시기
바랍니다.

얼마 동안: 편지 한 통마다 한 번 알립니다. 받은 당국은 자기 법에 따라 보관합니다. 누구에게 무엇을 언제
알렸는지는 「내 기록」에서 읽을 수 있습니다.

철회: 언제든지, 이유를 말하지 않고 철회할 수 있으며 바로 효력이 있습니다. 그때부터 새로 알리지 않고,
이미 받은 기관마다 폐기를 요청하는 편지를 씁니다. 기관이 그대로 따르는지는 우리가 강제할 수 없습니다.
"""
PERMITS_EN = """
You are asked whether your identity may be told to an authority so that it grants a permit. It is
your own free choice. If you say no, nothing is told. You can then not go on a deployment that needs
such a permit.

What is told: only what the application needs. Mostly your name, your name in Latin letters, date of
birth, sex, number and expiry of your passport and how to reach you; in some cases your address or
your service. Each letter lists the parts one by one, and is sent only after two people have approved
it, neither of whom wrote it.

Who is told: the authority that grants the permit. That is, for example, the Ministry of Foreign
Affairs of the Republic of Korea, which permits the use of a passport in Ukraine; the authority of
the host country that admits you and your work; an insurer. An authority may pass the matter on to
another one; where we learn of it, it is entered.

Your family in the North: whether you have relatives there, and anything about them, is never told.
But a name that was told to an authority cannot be taken back, and how it is guarded there is not for
us to decide. Please think about this.

How long: it is told once for each letter. The authority keeps it by its own law. Under "My record"
you read what was told to whom, and when.

Withdrawing: at any time, without giving a reason, with effect at once. From then on nothing more is
told, and each authority that was told is asked in a letter to destroy what it holds. We cannot force
it to do so.
"""
PERMITS_UK = """
Ми запитуємо, чи можна повідомити ваші персональні дані органу влади, щоб він надав дозвіл. Це ваш
вільний вибір. Якщо ви скажете «ні», нічого не буде повідомлено. Тоді ви не зможете поїхати у
відрядження, для якого такий дозвіл потрібен.

Що повідомляють: лише те, що потрібно для заяви. Зазвичай це ім'я, ім'я латиницею, дата народження,
стать, номер паспорта і термін його дії, засоби зв'язку; інколи – адреса або відомості про службу. У
кожному листі ці відомості перелічено по одній, і його надсилають лише після схвалення двома людьми,
жодна з яких його не писала.

Кому повідомляють: органу, який надає дозвіл. Це, наприклад, Міністерство закордонних справ Республіки
Корея, яке дозволяє користуватися паспортом в Україні; орган країни перебування, який дає згоду на
ваш в'їзд і роботу; страхова компанія. Орган може передати справу іншому; якщо ми про це дізнаємося,
це буде записано.

Ваша родина на Півночі: чи є у вас там родичі і будь-що про них не повідомляють ніколи. Але ім'я,
повідомлене органу влади, неможливо забрати назад, і не ми вирішуємо, як його там бережуть. Будь
ласка, подумайте про це.

Як довго: повідомляють один раз кожним листом. Орган зберігає це за своїм законом. У розділі «Мій
запис» ви прочитаєте, що, кому і коли було повідомлено.

Відкликання: будь-коли, без пояснення причин, і воно діє негайно. Відтоді нічого більше не
повідомляють, а кожному органу, який щось отримав, пишуть листа з проханням це знищити. Змусити його
до цього ми не можемо.
"""

HOST_KO = """
함께 일할 기관에 귀하의 신원을 알려도 되는지 여쭙습니다. 예를 들어 대사관이나 군입니다. 동의는 전적으로
자유입니다. 동의하지 않으면 신원은 전달되지 않습니다. 다만 신원을 요구하는 기관과는 일할 수 없을 수
있습니다.

무엇을 알리나: 그 기관이 귀하를 받고, 출입시키고, 보호하고, 비상시에 돕는 데 필요한 항목만입니다. 보통
이름, 로마자 이름, 생년월일, 여권 번호, 연락처, 비상 연락처입니다. 어떤 항목이 들어가는지는 편지마다
하나하나 적고, 쓴 사람이 아닌 두 사람이 승인해야 보낼 수 있습니다. 시스템을 통한 조회로는 어떤 신원도
알리지 않습니다.

누구에게 알리나: 귀하가 자리를 수락한 파견의 기관입니다. 기관은 일에 필요한 사람들에게 이를 알릴 수
있습니다.

북에 있는 가족: 북에 가족이 있는지 여부와 가족에 관한 내용은 결코 알리지 않습니다. 그러나 전쟁 중에는
기관이 지키는 이름도 적의 손에 들어갈 수 있고, 그러면 가족이 위험해질 수 있습니다. 이 점을 충분히
생각해 보시기 바랍니다.

얼마 동안: 편지 한 통마다 한 번 알립니다. 받은 기관은 자기 규정에 따라 보관합니다. 누구에게 무엇을 언제
알렸는지는 「내 기록」에서 읽을 수 있습니다.

철회: 언제든지, 이유를 말하지 않고 철회할 수 있으며 바로 효력이 있습니다. 그때부터 새로 알리지 않고,
이미 받은 기관마다 폐기를 요청하는 편지를 씁니다. 기관이 그대로 따르는지는 우리가 강제할 수 없습니다.
"""
HOST_EN = """
You are asked whether your identity may be told to the agency you will work with, for example an
embassy or an armed force. It is your own free choice. If you say no, nothing is told. It may then
not be possible to work with an agency that asks for it.

What is told: only what that agency needs to receive you, let you in, protect you and help you in an
emergency. Mostly your name, your name in Latin letters, date of birth, passport number, how to reach
you and an emergency contact. Each letter lists the parts one by one, and is sent only after two
people have approved it, neither of whom wrote it. What agencies read through our system holds
nothing of an identity.

Who is told: the agency of a deployment in which you have accepted a place. It may tell those of its
people who need to know for the work.

Your family in the North: whether you have relatives there, and anything about them, is never told.
But in a war, a name that an agency guards may still fall into the hands of the enemy, and then your
family may be in danger. Please take your time to think about this.

How long: it is told once for each letter. The agency keeps it by its own rules. Under "My record"
you read what was told to whom, and when.

Withdrawing: at any time, without giving a reason, with effect at once. From then on nothing more is
told, and each agency that was told is asked in a letter to destroy what it holds. We cannot force it
to do so.
"""
HOST_UK = """
Ми запитуємо, чи можна повідомити ваші персональні дані установі, з якою ви працюватимете, наприклад
посольству або збройним силам. Це ваш вільний вибір. Якщо ви скажете «ні», нічого не буде повідомлено.
Тоді робота з установою, яка цього вимагає, може бути неможливою.

Що повідомляють: лише те, що потрібно установі, щоб прийняти вас, надати доступ, захистити і допомогти
в надзвичайній ситуації. Зазвичай це ім'я, ім'я латиницею, дата народження, номер паспорта, засоби
зв'язку і контакт на випадок надзвичайної ситуації. У кожному листі ці відомості перелічено по одній,
і його надсилають лише після схвалення двома людьми, жодна з яких його не писала. Те, що установи
читають через нашу систему, не містить персональних даних.

Кому повідомляють: установі відрядження, у якому ви прийняли місце. Вона може повідомити це тим своїм
людям, кому це потрібно для роботи.

Ваша родина на Півночі: чи є у вас там родичі і будь-що про них не повідомляють ніколи. Але на війні
навіть ім'я, яке установа береже, може потрапити до рук ворога, і тоді ваша родина може опинитися в
небезпеці. Будь ласка, добре обміркуйте це.

Як довго: повідомляють один раз кожним листом. Установа зберігає це за своїми правилами. У розділі
«Мій запис» ви прочитаєте, що, кому і коли було повідомлено.

Відкликання: будь-коли, без пояснення причин, і воно діє негайно. Відтоді нічого більше не
повідомляють, а кожній установі, яка щось отримала, пишуть листа з проханням це знищити. Змусити її до
цього ми не можемо.
"""

TERMS = [
    ("register", REGISTER_KO, REGISTER_EN, REGISTER_UK),
    ("service", SERVICE_KO, SERVICE_EN, SERVICE_UK),
    ("permits", PERMITS_KO, PERMITS_EN, PERMITS_UK),
    ("host", HOST_KO, HOST_EN, HOST_UK),
]


def paragraphs(text: str) -> str:
    """Return a text whose paragraphs are one line each, with an empty line between them."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


def publish(apps: Any, schema_editor: Any) -> None:
    """Enter the first version of each."""
    terms = apps.get_model("volunteers", "ConsentTerm").objects
    terms.using(schema_editor.connection.alias).bulk_create(
        terms.model(
            purpose=purpose,
            version=1,
            text_ko=paragraphs(ko),
            text_en=paragraphs(en),
            text_uk=paragraphs(uk),
            published_at=PUBLISHED,
        )
        for purpose, ko, en, uk in TERMS
    )


class Migration(migrations.Migration):
    """Publish the first texts."""

    dependencies = [("volunteers", "0007_consent_stays")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
